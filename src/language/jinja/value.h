/// \file
/// The values of a template: Python's, as far as chat templates use them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "language/jinja/error.h"
#include "language/jinja/text.h"

namespace pinpoint::jinja {

class Value;

/// A name or member without a value. Prints as nothing, is false and empty; to use a member of it is an error.
struct Undefined {
  std::string name;
};

struct None {};

using List = std::vector<Value>;  ///< a list or a tuple

/// A dict with texts as keys, in order of insertion.
class Dict {
 public:
  const Value* find(std::string_view key) const;
  void set(std::string key, Value value);
  const std::vector<std::pair<std::string, Value>>& items() const { return items_; }

 private:
  std::vector<std::pair<std::string, Value>> items_;
};

/// What `namespace(..)` makes: the only value that a template can change.
struct Namespace {
  Dict members;
  int depth = 1;  ///< of the values in it
};

/// What map, select and similar filters make: Python's generators. It is true, has no length, and can be iterated once.
struct Generator {
  List rest;
};

struct Arguments {
  List positional;
  std::vector<std::pair<std::string, Value>> named;

  /// The argument at `place`, or the one of this name; none if it is not given.
  const Value* find(std::size_t place, std::string_view name) const;
  /// The same. \throws TemplateError if it is not given
  const Value& get(std::size_t place, std::string_view name) const;
  /// The same as a text or an integer; none if it is not given, or None. \throws TemplateError for another type
  std::optional<std::string_view> text(std::size_t place, std::string_view name) const;
  std::optional<std::int64_t> integer(std::size_t place, std::string_view name) const;
  /// Whether it is given and true.
  bool flag(std::size_t place, std::string_view name) const;
  /// For a function that reads `positional` and `named` itself.
  void mark_all_used() const;
  /// \throws TemplateError if an argument was not looked for: the function does not support it
  void require_all_used() const;

 private:
  mutable std::vector<bool> used_;
};

/// A macro, a function, or a method of a value.
using Callable = std::function<Value(const Arguments&)>;

class Value {
 public:
  Value() : content_(Undefined{}) {}
  Value(Undefined value) : content_(std::move(value)) {}
  Value(None value) : content_(value) {}
  Value(bool value) : content_(value) {}
  Value(std::int64_t value) : content_(value) {}
  Value(double value) : content_(value) {}
  Value(Text value) : content_(std::move(value)) {}
  Value(const char* value) : content_(Text(value)) {}
  Value(const std::string& value) : content_(Text(value)) {}
  /// \throws TemplateError if lists are nested too deeply
  Value(List value);
  Value(Dict value);
  Value(std::shared_ptr<Namespace> value) : content_(value), depth_(value->depth) {}
  Value(Generator value) : content_(std::make_shared<Generator>(std::move(value))) {}
  Value(Callable value) : content_(std::make_shared<const Callable>(std::move(value))) {}

  bool is_undefined() const { return std::holds_alternative<Undefined>(content_); }
  bool is_none() const { return std::holds_alternative<None>(content_); }
  const Undefined* undefined() const { return std::get_if<Undefined>(&content_); }
  const bool* boolean() const { return std::get_if<bool>(&content_); }
  /// bool counts as integer, as in Python.
  std::optional<std::int64_t> integer() const;
  std::optional<double> number() const;
  bool is_float() const { return std::holds_alternative<double>(content_); }
  const Text* text() const { return std::get_if<Text>(&content_); }
  const List* list() const { return pointee<const List>(); }
  const Dict* dict() const { return pointee<const Dict>(); }
  /// How deep lists, dicts and namespaces are nested in it; 0 for other values.
  int depth() const { return depth_; }
  Namespace* name_space() const { return pointee<Namespace>(); }
  Generator* generator() const { return pointee<Generator>(); }
  const Callable* callable() const { return pointee<const Callable>(); }

  /// "str", "list", ..: Python's name of the type, for messages.
  std::string_view type_name() const;

 private:
  template <class T>
  T* pointee() const {
    const auto* pointer = std::get_if<std::shared_ptr<T>>(&content_);
    return pointer ? pointer->get() : nullptr;
  }

  std::variant<Undefined, None, bool, std::int64_t, double, Text, std::shared_ptr<const List>,
               std::shared_ptr<const Dict>, std::shared_ptr<Namespace>, std::shared_ptr<Generator>,
               std::shared_ptr<const Callable>>
      content_;
  int depth_ = 0;
};

/// The depth of a value that contains `inner`. \throws TemplateError if it is too large
int depth_around(int outer, const Value& inner);

/// Python's `bool(value)`.
bool is_true(const Value& value);
/// Python's `left == right`.
bool are_equal(const Value& left, const Value& right);
/// Python's order: negative if `left < right`, 0 if equal. \throws TemplateError for types without an order
int compare(const Value& left, const Value& right);
/// Python's `item in container`. \throws TemplateError for a container that is none
bool contains(const Value& container, const Value& item);
/// Python's `str(value)`.
Text to_text(const Value& value);
/// Python's `json.dumps(value, ensure_ascii=False, indent=..)`.
Text to_json(const Value& value, std::optional<std::int64_t> indent);

/// The values that a loop over `value` takes: of a dict its keys, of a text its characters.
/// \throws TemplateError for a value that cannot be iterated
List elements(const Value& value);
/// \throws TemplateError unless `value` is a text
const Text& as_text(const Value& value);
/// \throws TemplateError unless `value` is an integer
std::int64_t as_integer(const Value& value);

}  // namespace pinpoint::jinja
