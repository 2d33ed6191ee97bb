#include "language/jinja/text_methods.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <unicode/locid.h>
#include <unicode/unistr.h>

#include "language/jinja/members.h"
#include "system/base/unicode.h"

namespace pinpoint::jinja {
namespace {

constexpr std::int64_t no_limit = -1;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter_of_ascii(char c) { return is_lower(c) || is_upper(c); }
char raised(char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }
char lowered(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_space(std::string_view character) { return is_python_space(take_character(character)); }

bool occurs(std::string_view character, std::string_view characters) {
  return characters.find(character) != std::string_view::npos;
}

Text in_unicode_case(const Text& text, Case letters) {
  icu::UnicodeString characters = icu::UnicodeString::fromUTF8(text.bytes());
  letters == Case::upper ? characters.toUpper(icu::Locale::getRoot()) : characters.toLower(icu::Locale::getRoot());
  std::string bytes;
  return text.remade_as(characters.toUTF8String(bytes));
}

List split_at_white_space(const Text& text, std::int64_t most) {
  const auto starts = character_starts(text.bytes());
  const std::size_t count = starts.size() - 1;
  const auto is_blank = [&](std::size_t i) {
    return is_space(std::string_view(text.bytes()).substr(starts[i], starts[i + 1] - starts[i]));
  };
  List parts;
  for (std::size_t i = 0; i < count;) {
    while (i < count && is_blank(i)) ++i;
    if (i == count) break;
    std::size_t end = i;
    if (most >= 0 && std::ssize(parts) == most) {
      end = count;
    } else {
      while (end < count && !is_blank(end)) ++end;
    }
    parts.emplace_back(text.part(starts[i], starts[end] - starts[i]));
    i = most >= 0 && std::ssize(parts) == most + 1 ? count : end;
  }
  return parts;
}

List split_from_right(const Text& text, std::string_view separator, std::int64_t most) {
  List parts;
  std::size_t end = text.size();
  while (most < 0 || std::ssize(parts) < most) {
    const std::size_t at = std::string_view(text.bytes()).substr(0, end).rfind(separator);
    if (at == std::string_view::npos) break;
    parts.emplace_back(text.part(at + separator.size(), end - at - separator.size()));
    end = at;
  }
  parts.emplace_back(text.part(0, end));
  std::ranges::reverse(parts);
  return parts;
}

/// Whether `matches(form)` for the text in the first argument, or for any of the texts in it.
template <class Matches>
bool matches_any(const Arguments& arguments, Matches matches) {
  const Value& forms = arguments.get(0, "prefix");
  if (!forms.list()) return matches(as_text(forms).bytes());
  return std::ranges::any_of(*forms.list(), [&](const Value& form) { return matches(as_text(form).bytes()); });
}

/// Python's index of a byte offset: characters before it, or -1.
std::int64_t character_index(const Text& text, std::size_t byte) {
  return byte == std::string::npos ? -1 : std::ssize(character_starts(text.bytes().substr(0, byte))) - 1;
}

std::int64_t occurrences(const Text& text, const std::string& form) {
  if (form.empty()) return std::ssize(character_starts(text.bytes()));
  return std::ssize(split(text, form, no_limit, false)) - 1;
}

template <class Belongs>
bool all_of_one_or_more(const Text& text, Belongs belongs) {
  return !text.empty() && std::ranges::all_of(text.bytes(), belongs);
}

using Method = std::function<Value(const Text&, const Arguments&)>;

Method strip_method(Side side) {
  return [side](const Text& text, const Arguments& a) { return stripped(text, side, a.text(0, "chars")); };
}

Method split_method(bool from_right) {
  return [from_right](const Text& text, const Arguments& a) {
    return split(text, a.text(0, "sep"), a.integer(1, "maxsplit").value_or(no_limit), from_right);
  };
}

Method case_method(Case letters) {
  return [letters](const Text& text, const Arguments&) { return in_case(text, letters); };
}

const std::map<std::string, Method>& text_methods() {
  static const std::map<std::string, Method> methods{
      {"strip", strip_method(Side::both)},
      {"lstrip", strip_method(Side::left)},
      {"rstrip", strip_method(Side::right)},
      {"split", split_method(false)},
      {"rsplit", split_method(true)},
      {"splitlines", [](const Text& text, const Arguments&) { return lines_of(text); }},
      {"upper", case_method(Case::upper)},
      {"lower", case_method(Case::lower)},
      {"title", case_method(Case::title)},
      {"capitalize", case_method(Case::capitalized)},
      {"startswith",
       [](const Text& text, const Arguments& a) {
         return matches_any(a, [&](const std::string& form) { return text.bytes().starts_with(form); });
       }},
      {"endswith",
       [](const Text& text, const Arguments& a) {
         return matches_any(a, [&](const std::string& form) { return text.bytes().ends_with(form); });
       }},
      {"removeprefix",
       [](const Text& text, const Arguments& a) {
         const std::string& form = as_text(a.get(0, "prefix")).bytes();
         return text.bytes().starts_with(form) ? text.part(form.size()) : text;
       }},
      {"removesuffix",
       [](const Text& text, const Arguments& a) {
         const std::string& form = as_text(a.get(0, "suffix")).bytes();
         return text.bytes().ends_with(form) ? text.part(0, text.size() - form.size()) : text;
       }},
      {"replace",
       [](const Text& text, const Arguments& a) {
         return replaced(text, as_text(a.get(0, "old")).bytes(), as_text(a.get(1, "new")),
                         a.integer(2, "count").value_or(no_limit));
       }},
      {"find",
       [](const Text& text, const Arguments& a) {
         return character_index(text, text.bytes().find(as_text(a.get(0, "sub")).bytes()));
       }},
      {"rfind",
       [](const Text& text, const Arguments& a) {
         return character_index(text, text.bytes().rfind(as_text(a.get(0, "sub")).bytes()));
       }},
      {"count",
       [](const Text& text, const Arguments& a) { return occurrences(text, as_text(a.get(0, "sub")).bytes()); }},
      {"join", [](const Text& text, const Arguments& a) { return joined(elements(a.get(0, "iterable")), text); }},
      {"isdigit",
       [](const Text& text, const Arguments&) {
         if (!is_ascii(text.bytes())) throw TemplateError("isdigit of letters outside ASCII is not supported");
         return all_of_one_or_more(text, [](char c) { return c >= '0' && c <= '9'; });
       }},
      {"isspace", [](const Text& text, const Arguments&) { return !text.empty() && strip(text.bytes()).empty(); }},
  };
  return methods;
}

}  // namespace

Text stripped(const Text& text, Side side, std::optional<std::string_view> characters) {
  const auto starts = character_starts(text.bytes());
  const auto goes = [&](std::size_t i) {
    const auto character = std::string_view(text.bytes()).substr(starts[i], starts[i + 1] - starts[i]);
    return characters ? occurs(character, *characters) : is_space(character);
  };
  std::size_t begin = 0, end = starts.size() - 1;
  while (side != Side::right && begin < end && goes(begin)) ++begin;
  while (side != Side::left && end > begin && goes(end - 1)) --end;
  return text.part(starts[begin], starts[end] - starts[begin]);
}

List split(const Text& text, std::optional<std::string_view> separator, std::int64_t most, bool from_right) {
  if (!separator) {
    if (from_right && most >= 0) throw TemplateError("rsplit with a limit but without a separator is not supported");
    return split_at_white_space(text, most);
  }
  if (separator->empty()) throw TemplateError("a text is split at an empty separator");
  if (from_right) return split_from_right(text, *separator, most);
  List parts;
  std::size_t begin = 0;
  while (most < 0 || std::ssize(parts) < most) {
    const std::size_t at = text.bytes().find(*separator, begin);
    if (at == std::string::npos) break;
    parts.emplace_back(text.part(begin, at - begin));
    begin = at + separator->size();
  }
  parts.emplace_back(text.part(begin));
  return parts;
}

List lines_of(const Text& text) {
  static const std::set<std::string, std::less<>> ends{"\n",   "\r",   "\v",     "\f",     "\x1c",
                                                       "\x1d", "\x1e", "\u0085", "\u2028", "\u2029"};
  const auto starts = character_starts(text.bytes());
  List lines;
  std::size_t begin = 0;
  for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
    const std::string_view character = std::string_view(text.bytes()).substr(starts[i], starts[i + 1] - starts[i]);
    if (!ends.contains(character)) continue;
    lines.emplace_back(text.part(begin, starts[i] - begin));
    if (character == "\r" && text.bytes().compare(starts[i + 1], 1, "\n") == 0) ++i;
    begin = starts[i + 1];
  }
  if (begin < text.size()) lines.emplace_back(text.part(begin));
  return lines;
}

Text replaced(const Text& text, std::string_view from, const Text& to, std::int64_t most) {
  if (from.empty()) throw TemplateError("an empty text is replaced, which is not supported");
  return joined(split(text, from, most, false), to);
}

Text in_case(const Text& text, Case letters) {
  if (letters == Case::upper || letters == Case::lower) return in_unicode_case(text, letters);
  if (!is_ascii(text.bytes())) throw TemplateError("a title of letters outside ASCII is not supported");
  std::string bytes;
  bool after_letter = false;
  for (const char c : text.bytes()) {
    const bool is_first = letters == Case::title ? !after_letter : bytes.empty();
    bytes += is_first ? raised(c) : lowered(c);
    after_letter = is_letter_of_ascii(c);
  }
  return text.remade_as(bytes);
}

Text joined(const List& parts, const Text& separator) {
  Text result;
  for (bool first = true; const Value& part : parts) {
    if (!first) result.append(separator);
    first = false;
    result.append(to_text(part));
  }
  return result;
}

std::optional<Value> text_method(const Text& text, const std::string& name) {
  const auto found = text_methods().find(name);
  if (found == text_methods().end()) return std::nullopt;
  return Callable([text, method = found->second](const Arguments& arguments) { return method(text, arguments); });
}

}  // namespace pinpoint::jinja
