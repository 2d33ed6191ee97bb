#include "text/unicode.h"

#include <boost/locale/utf.hpp>

namespace pinpoint::text {
namespace {

using Utf8 = boost::locale::utf::utf_traits<char>;
using boost::locale::utf::code_point;

/// The character at `at`, which is moved behind it. A malformed byte is `illegal` and one byte long.
code_point next(const char*& at, const char* end) {
  const char* const start = at;
  const code_point character = Utf8::decode(at, end);
  if (boost::locale::utf::is_valid_codepoint(character)) return character;
  at = start + 1;
  return boost::locale::utf::illegal;
}

/// As Python's `str.isspace`: bidirectional class WS, B or S, or category Zs.
bool is_space(code_point c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

}  // namespace

bool is_utf8(std::string_view text) {
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    if (next(at, end) == boost::locale::utf::illegal) return false;
  }
  return true;
}

std::int64_t count_characters(std::string_view text) {
  const char* const end = text.data() + text.size();
  std::int64_t count = 0;
  for (const char* at = text.data(); at != end; ++count) next(at, end);
  return count;
}

std::string_view strip(std::string_view text) {
  const char* const end = text.data() + text.size();
  const char* first = end;  // of what is left
  const char* last = end;   // behind what is left
  for (const char* at = text.data(); at != end;) {
    const char* const start = at;
    if (is_space(next(at, end))) continue;
    if (first == end) first = start;
    last = at;
  }
  return text.substr(static_cast<std::size_t>(first - text.data()), static_cast<std::size_t>(last - first));
}

}  // namespace pinpoint::text
