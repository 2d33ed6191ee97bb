/// \file
/// Functions on UTF-8 text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pinpoint {

/// Whether `text` is well-formed UTF-8: no overlong forms, no surrogates, no incomplete characters.
bool is_utf8(std::string_view text);

bool is_ascii(std::string_view text);

/// `text` with malformed UTF-8 replaced by U+FFFD: one for each of Unicode's "maximal subparts", as in Python's
/// errors="replace" and Rust's from_utf8_lossy.
std::string well_formed(std::string_view text);

/// Removes the first character from `text` and returns it; U+FFFD if it is malformed. \pre `text` is not empty
char32_t take_character(std::string_view& text);

/// \pre `character` is a Unicode scalar value
std::string to_utf8(char32_t character);

/// Number of Unicode code points in `text`. Each malformed byte counts as one.
std::int64_t count_characters(std::string_view text);

/// Whether `character` has Unicode's property White_Space.
bool is_white_space(char32_t character);

/// Whether `character` is white space to Python's `str.isspace`. Published chat templates use that.
bool is_python_space(char32_t character);

/// `text` without such white space at its start, at its end, and at both (Python's `lstrip`, `rstrip`, `strip`).
std::string_view strip_start(std::string_view text);
std::string_view strip_end(std::string_view text);
std::string_view strip(std::string_view text);

}  // namespace pinpoint
