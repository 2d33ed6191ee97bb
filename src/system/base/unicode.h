/// \file
/// What the program needs to know of Unicode: all text is UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pinpoint {

/// Whether `text` is well-formed UTF-8 (no overlong forms, no surrogates, nothing cut off).
bool is_utf8(std::string_view text);

bool is_ascii(std::string_view text);

/// `text` with U+FFFD for what is no UTF-8: one for each of Unicode's "maximal subparts", as Python's errors="replace"
/// and Rust's from_utf8_lossy write it.
std::string well_formed(std::string_view text);

/// The first character of `text`, which is then moved behind it; U+FFFD where that is no UTF-8. \pre `text` is not
/// empty
char32_t take_character(std::string_view& text);

/// One character. \pre it is a Unicode scalar value
std::string to_utf8(char32_t character);

/// Unicode characters (code points) in `text`. Each malformed byte counts as one.
std::int64_t count_characters(std::string_view text);

/// Whether `character` is Unicode's White_Space.
bool is_white_space(char32_t character);

/// `text` without the white space at both its ends, white space being what Python's `str.strip` removes: the published
/// chat templates are written in terms of it.
std::string_view strip(std::string_view text);

}  // namespace pinpoint
