/// \file
/// Members, items and slices of values.
#pragma once

#include <optional>
#include <string>

#include "language/jinja/value.h"

namespace pinpoint::jinja {

/// `value.name`: a method, else an item. Undefined if there is neither.
/// \throws TemplateError if `value` is undefined
Value attribute(const Value& value, const std::string& name);

/// `value[key]`: an item, else an attribute. Undefined if there is neither.
/// \throws TemplateError if `value` is undefined
Value item(const Value& value, const Value& key);

struct Slice {
  std::optional<std::int64_t> begin, end, step;
};

/// `value[begin:end:step]` of a list or of the characters of a text.
Value slice(const Value& value, const Slice& range);

/// A method of a text, of those that Python's str has; none if it has no such method.
std::optional<Value> text_method(const Text& text, const std::string& name);

/// A method of a dict; none if Python's dict has no such method.
std::optional<Value> dict_method(const Value& dict, const std::string& name);

}  // namespace pinpoint::jinja
