#include "language/jinja/string_literal.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "system/base/unicode.h"

namespace pinpoint::jinja {
namespace {

/// The characters that replace an escape of one letter; none: '\0'.
char simple_escape(char letter) {
  switch (letter) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'v': return '\v';
    case '\\':
    case '\'':
    case '"': return letter;
    default: return '\0';
  }
}

/// The number of digits that follow \x, \u and \U.
std::size_t digits_after(char letter) { return letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0; }

bool is_character(std::uint32_t code) { return code < 0x110000 && (code < 0xd800 || code > 0xdfff); }

/// Adds the character with the code `digits` in `base`. False if there is none.
bool add_code(std::string& result, std::string_view digits, int base) {
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), code, base);
  if (error != std::errc() || end != digits.end() || !is_character(code)) return false;
  result += to_utf8(static_cast<char32_t>(code));
  return true;
}

/// Replaces the escape that `text` begins with. Returns its length, 0 if it is none.
std::size_t add_escape(std::string& result, std::string_view text) {
  if (text.size() < 2) return 0;
  const char letter = text[1];
  if (letter == '\n') return 2;  // the line continues
  if (const char c = simple_escape(letter)) {
    result += c;
    return 2;
  }
  if (letter >= '0' && letter <= '7') {
    const std::size_t end = std::min({text.find_first_not_of("01234567", 1), text.size(), std::size_t{4}});
    return add_code(result, text.substr(1, end - 1), 8) ? end : 0;
  }
  const std::size_t digits = digits_after(letter);
  if (digits == 0 || text.size() < 2 + digits) return 0;
  return add_code(result, text.substr(2, digits), 16) ? 2 + digits : 0;
}

}  // namespace

std::string unescaped(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    if (const std::size_t length = text.front() == '\\' ? add_escape(result, text) : 0) {
      text.remove_prefix(length);
      continue;
    }
    result += text.front();
    text.remove_prefix(1);
  }
  return result;
}

}  // namespace pinpoint::jinja
