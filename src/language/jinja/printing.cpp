#include <fmt/format.h>

#include "language/jinja/value.h"
#include "system/base/unicode.h"

namespace pinpoint::jinja {
namespace {

/// As Python prints a float: the shortest digits, with ".0" after whole numbers.
std::string printed(double number) {
  std::string digits = fmt::format("{}", number);
  return digits.find_first_of(".ein") == std::string::npos ? digits + ".0" : digits;
}

/// Python's `repr` of a text: in single quotes, unless only those occur in it.
std::string quoted(std::string_view text) {
  for (std::string_view rest = text; !rest.empty();) {
    const char32_t character = take_character(rest);
    if (character > 0x7e && is_white_space(character))
      throw TemplateError("a text with white space outside ASCII is printed in quotes, which is not supported");
  }
  const bool doubled = text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos;
  const char quote = doubled ? '"' : '\'';
  std::string result(1, quote);
  for (const char c : text) {
    if (c == '\n')
      result += "\\n";
    else if (c == '\r')
      result += "\\r";
    else if (c == '\t')
      result += "\\t";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else if (c == quote || c == '\\')
      (result += '\\') += c;
    else
      result += c;
  }
  return result += quote;
}

std::string json_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': result += "\\\""; break;
      case '\\': result += "\\\\"; break;
      case '\n': result += "\\n"; break;
      case '\r': result += "\\r"; break;
      case '\t': result += "\\t"; break;
      case '\b': result += "\\b"; break;
      case '\f': result += "\\f"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          result += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        else
          result += c;
    }
  }
  return result += '"';
}

Text represented(const Value& value) {
  if (const Text* text = value.text()) return text->remade_as(quoted(text->bytes()));
  return to_text(value);
}

/// "OPEN a, b CLOSE" with `show(element)` for each element.
template <class Elements, class Show>
Text enclosed(const char* open, const Elements& elements, const char* close, Show show) {
  Text result(open);
  for (bool first = true; const auto& element : elements) {
    if (!first) result.append(", ");
    first = false;
    result.append(show(element));
  }
  return result.append(close);
}

/// Writes JSON with line feeds if an indent is given.
class JsonWriter {
 public:
  explicit JsonWriter(std::optional<std::int64_t> indent) : indent_(indent) {}

  Text write(const Value& value, std::int64_t depth = 0) const {
    if (value.is_none()) return "null";
    if (const bool* boolean = value.boolean()) return *boolean ? "true" : "false";
    if (const Text* text = value.text()) return text->remade_as(json_string(text->bytes()));
    if (value.number()) return to_text(value);
    if (const List* list = value.list())
      return group("[", *list, "]", depth, [&](const Value& element) { return write(element, depth + 1); });
    if (const Dict* dict = value.dict())
      return group("{", dict->items(), "}", depth, [&](const auto& item) {
        return Text(json_string(item.first)) + ": " + write(item.second, depth + 1);
      });
    throw TemplateError(fmt::format("{} cannot be written as JSON", value.type_name()));
  }

 private:
  template <class Elements, class Show>
  Text group(const char* open, const Elements& elements, const char* close, std::int64_t depth, Show show) const {
    if (elements.empty()) return Text(open) + Text(close);
    if (!indent_) return enclosed(open, elements, close, show);
    const auto line = [&](std::int64_t deep) {
      std::string blanks(static_cast<std::size_t>(deep * *indent_) + 1, ' ');
      blanks.front() = '\n';
      return blanks;
    };
    Text result(open);
    for (bool first = true; const auto& element : elements) {
      result.append(first ? "" : ",").append(line(depth + 1));
      first = false;
      result.append(show(element));
    }
    return result.append(line(depth)).append(close);
  }

  std::optional<std::int64_t> indent_;
};

}  // namespace

Text to_text(const Value& value) {
  if (value.is_undefined()) return {};
  if (value.is_none()) return "None";
  if (const bool* boolean = value.boolean()) return *boolean ? "True" : "False";
  if (const Text* text = value.text()) return *text;
  if (const auto integer = value.integer()) return fmt::format("{}", *integer);
  if (const auto number = value.number()) return printed(*number);
  if (const List* list = value.list()) return enclosed("[", *list, "]", represented);
  if (const Dict* dict = value.dict())
    return enclosed("{", dict->items(), "}",
                    [](const auto& item) { return Text(quoted(item.first)) + ": " + represented(item.second); });
  throw TemplateError(fmt::format("a {} cannot be printed", value.type_name()));
}

Text to_json(const Value& value, std::optional<std::int64_t> indent) { return JsonWriter(indent).write(value); }

}  // namespace pinpoint::jinja
