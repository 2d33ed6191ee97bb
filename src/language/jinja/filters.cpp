#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

#include "language/jinja/calls.h"
#include "language/jinja/members.h"
#include "language/jinja/operators.h"
#include "language/jinja/text_methods.h"
#include "system/base/number.h"

namespace pinpoint::jinja {
namespace {

using Filter = std::function<Value(const Value&, const Arguments&)>;

std::int64_t length_of(const Value& value) {
  if (value.generator()) throw TemplateError("a generator has no length (use list)");
  if (const Text* text = value.text()) return std::ssize(character_starts(text->bytes())) - 1;
  return std::ssize(elements(value));
}

Value first_of(const List& list) { return list.empty() ? Value(Undefined{"the first element"}) : list.front(); }
Value last_of(const List& list) { return list.empty() ? Value(Undefined{"the last element"}) : list.back(); }

/// `default(value, instead, also_for_false)`
Value defaulted(const Value& value, const Arguments& a) {
  const Value* instead = a.find(0, "default_value");
  const bool also_false = a.flag(1, "boolean");
  const bool replaces = value.is_undefined() || (also_false && !is_true(value));
  if (!replaces) return value;
  return instead ? *instead : Value("");
}

/// A text as a number, as Python's int() and float() read it: "+1_000", " 4.7 ".
std::optional<double> parsed_number(const Text& text) {
  std::string digits = stripped(text, Side::both, std::nullopt).bytes();
  if (digits.starts_with('+') && digits.size() > 1 && digits[1] != '-') digits.erase(0, 1);
  for (std::size_t i = digits.find('_'); i != std::string::npos; i = digits.find('_', i)) {
    const bool is_between = i > 0 && i + 1 < digits.size() && std::isdigit(static_cast<unsigned char>(digits[i - 1])) &&
                            std::isdigit(static_cast<unsigned char>(digits[i + 1]));
    if (!is_between) return std::nullopt;
    digits.erase(i, 1);
  }
  return parse_number<double>(digits);
}

Value to_integer(const Value& value, const Arguments& a) {
  const Value* instead = a.find(0, "default");
  if (const auto integer = value.integer()) return *integer;
  const auto number = value.text() ? parsed_number(*value.text()) : value.number();
  if (number && std::abs(*number) < 9e15) return static_cast<std::int64_t>(*number);
  return instead ? *instead : Value(std::int64_t{0});
}

Value to_float(const Value& value, const Arguments& a) {
  const Value* instead = a.find(0, "default");
  const auto number = value.text() ? parsed_number(*value.text()) : value.number();
  return number ? Value(*number) : instead ? *instead : Value(0.0);
}

/// The member that `attribute=` names; dots lead to members of members.
Value member_of(const Value& value, const Value& path) {
  if (!path.text()) return item(value, path);
  Value result = value;
  for (const Value& name : split(*path.text(), ".", -1, false)) result = item(result, name);
  return result;
}

/// The arguments without the first `count` positional ones, none of them used.
Arguments after(const Arguments& arguments, std::size_t count) {
  const auto first = std::min(std::ssize(arguments.positional), static_cast<std::ptrdiff_t>(count));
  Arguments rest;
  rest.positional.assign(arguments.positional.begin() + first, arguments.positional.end());
  rest.named = arguments.named;
  return rest;
}

/// As in Jinja, nothing is made of a value that is false, even of None.
List elements_if_true(const Value& value) { return is_true(value) ? elements(value) : List{}; }

/// `map("FILTER", ..)` and `map(attribute="NAME", default=..)`
Value mapped(const Value& value, const Arguments& a) {
  a.mark_all_used();
  List result;
  for (const Value& element : elements_if_true(value)) {
    if (!a.positional.empty()) {
      result.push_back(apply_filter(as_text(a.positional.front()).bytes(), element, after(a, 1)));
      continue;
    }
    Value member = member_of(element, a.get(0, "attribute"));
    const Value* instead = a.find(1, "default");
    result.push_back(member.is_undefined() && instead ? *instead : std::move(member));
  }
  return Generator{std::move(result)};
}

/// select, reject (`by_member` false), selectattr, rejectattr.
Filter selection(bool keeps, bool by_member) {
  return [keeps, by_member](const Value& value, const Arguments& a) {
    a.mark_all_used();
    const std::size_t test_place = by_member ? 1 : 0;
    const bool has_test = a.positional.size() > test_place;
    List result;
    for (const Value& element : elements_if_true(value)) {
      const Value tested = by_member ? member_of(element, a.get(0, "attribute")) : element;
      const bool holds = has_test
                             ? passes_test(as_text(a.positional[test_place]).bytes(), tested, after(a, test_place + 1))
                             : is_true(tested);
      if (holds == keeps) result.push_back(element);
    }
    return Value(Generator{std::move(result)});
  };
}

Value sorted(const Value& value, const Arguments& a) {
  const bool descending = a.flag(0, "reverse");
  const Value* attribute = a.find(2, "attribute");
  List list = elements(value);
  if (std::ranges::any_of(list, [](const Value& v) { return v.text() != nullptr; }))
    throw TemplateError("sort of texts is not supported");
  const auto key = [&](const Value& v) { return attribute ? member_of(v, *attribute) : v; };
  std::ranges::stable_sort(list, [&](const Value& l, const Value& r) {
    return descending ? compare(key(r), key(l)) < 0 : compare(key(l), key(r)) < 0;
  });
  return list;
}

/// As `textwrap.indent`: `width` blanks (or a text) before each line but the first; blank lines stay empty.
Value indented(const Value& value, const Arguments& a) {
  const Value* width = a.find(0, "width");
  const bool first = a.flag(1, "first"), blank = a.flag(2, "blank");
  const Text margin =
      width && width->text()
          ? *width->text()
          : Text(std::string(
                static_cast<std::size_t>(std::clamp<std::int64_t>(width ? as_integer(*width) : 4, 0, 1000)), ' '));
  List lines = lines_of(to_text(value) + "\n");  // as in Jinja, the last line feed does not end the text
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (i == 0 ? first : blank || !lines[i].text()->empty()) lines[i] = margin + *lines[i].text();
  return joined(lines, "\n");
}

Value json(const Value& value, const Arguments& a) {
  if (a.flag(0, "ensure_ascii")) throw TemplateError("tojson(ensure_ascii=true) is not supported");
  const auto blanks = a.integer(1, "indent");
  if (blanks && (*blanks < 0 || *blanks > 100))
    throw TemplateError(fmt::format("tojson(indent={}) is not supported", *blanks));
  return to_json(value, blanks);
}

Filter text_filter(Text (*change)(const Text&)) {
  return [change](const Value& value, const Arguments&) { return Value(change(to_text(value))); };
}

Filter list_filter(Value (*take)(const List&)) {
  return [take](const Value& value, const Arguments&) { return take(elements(value)); };
}

Value reversed(const Value& value, const Arguments&) {
  List list = elements(value);
  std::ranges::reverse(list);
  return value.text() ? Value(joined(list, "")) : Value(Generator{std::move(list)});
}

/// Texts that differ only in case count as the same.
Value unique(const List& list) {
  List result, seen;
  for (const Value& element : list) {
    const Value key = element.text() ? Value(in_case(*element.text(), Case::lower)) : element;
    if (contains(seen, key)) continue;
    seen.push_back(key);
    result.push_back(element);
  }
  return Generator{std::move(result)};
}

Value summed(const Value& value, const Arguments& a) {
  const Value* member = a.find(0, "attribute");
  const Value* start = a.find(1, "start");
  Value sum = start ? *start : Value(std::int64_t{0});
  for (const Value& element : elements(value))
    sum = apply("+", sum, member && !member->is_none() ? member_of(element, *member) : element);
  return sum;
}

/// The least (`sign` -1) or greatest element; undefined of nothing. Texts are not supported: Jinja ignores their case.
Filter extreme(int sign) {
  return [sign](const Value& value, const Arguments&) {
    const List list = elements(value);
    if (list.empty()) return Value(Undefined{"the extreme of nothing"});
    const Value* found = &list.front();
    for (const Value& element : list) {
      if (element.text()) throw TemplateError("the least and the greatest of texts are not supported");
      if (sign * compare(element, *found) > 0) found = &element;
    }
    return *found;
  };
}

Value items_of(const Value& value, const Arguments&) {
  if (value.is_undefined()) return Generator{};
  const auto items = dict_method(value, "items");
  if (!value.dict() || !items) throw TemplateError(fmt::format("items of {} are not possible", value.type_name()));
  return Generator{elements((*items->callable())({}))};
}

const std::map<std::string, Filter>& filters() {
  static const std::map<std::string, Filter> all{
      {"trim", [](const Value& v, const Arguments& a) { return stripped(to_text(v), Side::both, a.text(0, "chars")); }},
      {"upper", text_filter([](const Text& t) { return in_case(t, Case::upper); })},
      {"lower", text_filter([](const Text& t) { return in_case(t, Case::lower); })},
      {"capitalize", text_filter([](const Text& t) { return in_case(t, Case::capitalized); })},
      {"string", text_filter([](const Text& t) { return t; })},
      {"safe", [](const Value& v, const Arguments&) { return v; }},
      {"length", [](const Value& v, const Arguments&) { return Value(length_of(v)); }},
      {"count", [](const Value& v, const Arguments&) { return Value(length_of(v)); }},
      {"first", list_filter(first_of)},
      {"last",
       [](const Value& v, const Arguments&) {
         if (v.generator()) throw TemplateError("a generator has no last element (use list)");
         return last_of(elements(v));
       }},
      {"list", list_filter([](const List& list) { return Value(list); })},
      {"unique", list_filter(unique)},
      {"sum", summed},
      {"min", extreme(-1)},
      {"max", extreme(1)},
      {"float", to_float},
      {"reverse", reversed},
      {"sort", sorted},
      {"items", items_of},
      {"default", defaulted},
      {"d", defaulted},
      {"int", to_integer},
      {"abs", [](const Value& v, const Arguments&) { return compare(v, std::int64_t{0}) < 0 ? negative(v) : v; }},
      {"join",
       [](const Value& v, const Arguments& a) {
         const Value* separator = a.find(0, "d");
         const Value* member = a.find(1, "attribute");
         List list = elements(v);
         if (member)
           for (Value& element : list) element = member_of(element, *member);
         return Value(joined(list, separator ? to_text(*separator) : Text()));
       }},
      {"replace",
       [](const Value& v, const Arguments& a) {
         return Value(replaced(to_text(v), to_text(a.get(0, "old")).bytes(), to_text(a.get(1, "new")),
                               a.integer(2, "count").value_or(-1)));
       }},
      {"map", mapped},
      {"select", selection(true, false)},
      {"reject", selection(false, false)},
      {"selectattr", selection(true, true)},
      {"rejectattr", selection(false, true)},
      {"indent", indented},
      {"tojson", json},
  };
  return all;
}

}  // namespace

Value apply_filter(const std::string& name, const Value& value, const Arguments& arguments) {
  const auto found = filters().find(name);
  if (found == filters().end()) throw TemplateError(fmt::format("the filter {} is not supported", name));
  Value result = found->second(value, arguments);
  arguments.require_all_used();
  return result;
}

}  // namespace pinpoint::jinja
