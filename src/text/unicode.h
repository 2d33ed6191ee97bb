/// \file
/// What the program needs to know of Unicode: all text is UTF-8.
#pragma once

#include <cstdint>
#include <string_view>

namespace pinpoint::text {

/// Whether `text` is well-formed UTF-8 (no overlong forms, no surrogates, nothing cut off).
bool is_utf8(std::string_view text);

/// Unicode characters (code points) in `text`. Each malformed byte counts as one.
std::int64_t count_characters(std::string_view text);

/// `text` without the white space at both its ends, white space being what Python's `str.strip` removes: the published
/// chat templates are written in terms of it.
std::string_view strip(std::string_view text);

}  // namespace pinpoint::text
