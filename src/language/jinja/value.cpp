#include "language/jinja/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "language/jinja/work_limit.h"

namespace pinpoint::jinja {
namespace {

bool are_equal_lists(const List& left, const List& right) {
  return std::ranges::equal(left, right, [](const Value& l, const Value& r) { return are_equal(l, r); });
}

bool are_equal_dicts(const Dict& left, const Dict& right) {
  return left.items().size() == right.items().size() && std::ranges::all_of(left.items(), [&](const auto& item) {
           const Value* other = right.find(item.first);
           return other && are_equal(item.second, *other);
         });
}

template <class T>
int order_of(const T& left, const T& right) {
  return left < right ? -1 : right < left ? 1 : 0;
}

}  // namespace

const Value* Dict::find(std::string_view key) const {
  const auto found = std::ranges::find(items_, key, [](const auto& item) { return std::string_view(item.first); });
  return found == items_.end() ? nullptr : &found->second;
}

void Dict::set(std::string key, Value value) {
  const auto found = std::ranges::find(items_, key, [](const auto& item) { return item.first; });
  if (found != items_.end())
    found->second = std::move(value);
  else
    items_.emplace_back(std::move(key), std::move(value));
}

const Value* Arguments::find(std::size_t place, std::string_view name) const {
  used_.resize(positional.size() + named.size());
  if (place < positional.size()) {
    used_[place] = true;
    return &positional[place];
  }
  const auto found = std::ranges::find(named, name, [](const auto& item) { return std::string_view(item.first); });
  if (found == named.end()) return nullptr;
  used_[positional.size() + static_cast<std::size_t>(found - named.begin())] = true;
  return &found->second;
}

std::optional<std::string_view> Arguments::text(std::size_t place, std::string_view name) const {
  const Value* value = find(place, name);
  return value && !value->is_none() ? std::optional<std::string_view>(as_text(*value).bytes()) : std::nullopt;
}

std::optional<std::int64_t> Arguments::integer(std::size_t place, std::string_view name) const {
  const Value* value = find(place, name);
  return value && !value->is_none() ? std::optional(as_integer(*value)) : std::nullopt;
}

bool Arguments::flag(std::size_t place, std::string_view name) const {
  const Value* value = find(place, name);
  return value && is_true(*value);
}

void Arguments::mark_all_used() const { used_.assign(positional.size() + named.size(), true); }

void Arguments::require_all_used() const {
  used_.resize(positional.size() + named.size());
  for (std::size_t i = 0; i < used_.size(); ++i)
    if (!used_[i])
      throw TemplateError(i < positional.size()
                              ? fmt::format("argument {} is not supported", i + 1)
                              : fmt::format("the argument {} is not supported", named[i - positional.size()].first));
}

const Value& Arguments::get(std::size_t place, std::string_view name) const {
  const Value* value = find(place, name);
  if (!value) throw TemplateError(fmt::format("the argument {} is missing", name));
  return *value;
}

int depth_around(int outer, const Value& inner) {
  constexpr int deepest = 100;
  if (inner.depth() >= deepest) throw TemplateError("values are nested too deeply");
  return std::max(outer, inner.depth() + 1);
}

Value::Value(List value) : depth_(1) {
  for (const Value& element : value) depth_ = depth_around(depth_, element);
  content_ = std::make_shared<const List>(std::move(value));
}

Value::Value(Dict value) : depth_(1) {
  for (const auto& item : value.items()) depth_ = depth_around(depth_, item.second);
  content_ = std::make_shared<const Dict>(std::move(value));
}

std::optional<std::int64_t> Value::integer() const {
  if (const auto* value = std::get_if<std::int64_t>(&content_)) return *value;
  if (const bool* value = boolean()) return *value ? 1 : 0;
  return std::nullopt;
}

std::optional<double> Value::number() const {
  if (const auto* value = std::get_if<double>(&content_)) return *value;
  if (const auto value = integer()) return static_cast<double>(*value);
  return std::nullopt;
}

std::string_view Value::type_name() const {
  constexpr std::string_view names[] = {"undefined", "None", "bool",      "int",       "float",   "str",
                                        "list",      "dict", "namespace", "generator", "function"};
  return names[content_.index()];
}

bool is_true(const Value& value) {
  if (value.is_undefined() || value.is_none()) return false;
  if (const auto number = value.number()) return *number != 0;
  if (const Text* text = value.text()) return !text->empty();
  if (const List* list = value.list()) return !list->empty();
  if (const Dict* dict = value.dict()) return !dict->items().empty();
  return true;
}

bool are_equal(const Value& left, const Value& right) {
  spend(1);
  if (left.is_undefined() || left.is_none()) return left.type_name() == right.type_name();
  if (left.number() && right.number()) return *left.number() == *right.number();
  if (left.text() && right.text()) return *left.text() == *right.text();
  if (left.list() && right.list()) return are_equal_lists(*left.list(), *right.list());
  if (left.dict() && right.dict()) return are_equal_dicts(*left.dict(), *right.dict());
  if (left.name_space() && right.name_space()) return left.name_space() == right.name_space();
  return false;
}

int compare(const Value& left, const Value& right) {
  if (left.integer() && right.integer()) return order_of(*left.integer(), *right.integer());
  if (left.number() && right.number()) return order_of(*left.number(), *right.number());
  if (left.text() && right.text()) return order_of(left.text()->bytes(), right.text()->bytes());
  throw TemplateError(fmt::format("{} and {} have no order", left.type_name(), right.type_name()));
}

bool contains(const Value& container, const Value& item) {
  if (const Text* text = container.text()) return text->bytes().find(as_text(item).bytes()) != std::string::npos;
  if (const Dict* dict = container.dict()) return item.text() && dict->find(item.text()->bytes());
  return std::ranges::any_of(elements(container), [&](const Value& element) { return are_equal(element, item); });
}

List elements(const Value& value) {
  if (value.is_undefined()) return {};
  if (Generator* generator = value.generator()) return std::exchange(generator->rest, {});
  if (const List* list = value.list()) {
    spend(list->size());
    return *list;
  }
  List result;
  if (const Dict* dict = value.dict()) {
    for (const auto& item : dict->items()) result.emplace_back(item.first);
    return result;
  }
  const Text* text = value.text();
  if (!text) throw TemplateError(fmt::format("{} cannot be iterated", value.type_name()));
  const auto starts = character_starts(text->bytes());
  for (std::size_t i = 0; i + 1 < starts.size(); ++i)
    result.emplace_back(text->part(starts[i], starts[i + 1] - starts[i]));
  return result;
}

const Text& as_text(const Value& value) {
  if (const Text* text = value.text()) return *text;
  throw TemplateError(fmt::format("a text is needed, not {}", value.type_name()));
}

std::int64_t as_integer(const Value& value) {
  if (const auto integer = value.integer()) return *integer;
  throw TemplateError(fmt::format("an integer is needed, not {}", value.type_name()));
}

}  // namespace pinpoint::jinja
