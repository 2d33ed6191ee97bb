#include "system/base/unicode.h"

#include <algorithm>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace pinpoint {
namespace {

constexpr UChar32 malformed = -1;

/// Removes the first character from `text` and returns it. Of malformed UTF-8 it removes the bytes of the incomplete
/// character, at least one.
UChar32 take(std::string_view& text) {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  std::size_t length = 0;
  UChar32 character = 0;
  U8_NEXT(bytes, length, text.size(), character);
  text.remove_prefix(length);
  return character < 0 ? malformed : character;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty())
    if (take(text) == malformed) return false;
  return true;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string well_formed(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::string_view rest = text;
    if (take(text) == malformed)
      result += "\uFFFD";
    else
      result += rest.substr(0, rest.size() - text.size());
  }
  return result;
}

char32_t take_character(std::string_view& text) {
  const UChar32 character = take(text);
  return character == malformed ? U'\uFFFD' : static_cast<char32_t>(character);
}

std::string to_utf8(char32_t character) {
  char bytes[U8_MAX_LENGTH];
  std::size_t length = 0;
  U8_APPEND_UNSAFE(bytes, length, character);
  return {bytes, length};
}

std::int64_t count_characters(std::string_view text) {
  std::int64_t count = 0;
  for (; !text.empty(); ++count) {
    const std::string_view rest = text;
    if (take(text) == malformed) text = rest.substr(1);
  }
  return count;
}

bool is_white_space(char32_t character) { return u_isUWhiteSpace(static_cast<UChar32>(character)) != 0; }

/// Bidirectional class WS, B or S, or category Zs.
bool is_python_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

std::string_view strip_start(std::string_view text) {
  std::string_view rest = text;
  while (!rest.empty() && is_python_space(take_character(rest))) text = rest;
  return text;
}

std::string_view strip_end(std::string_view text) {
  std::size_t end = 0;
  for (std::string_view rest = text; !rest.empty();)
    if (!is_python_space(take_character(rest))) end = text.size() - rest.size();
  return text.substr(0, end);
}

std::string_view strip(std::string_view text) { return strip_end(strip_start(text)); }

}  // namespace pinpoint
