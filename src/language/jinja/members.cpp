#include "language/jinja/members.h"

#include <fmt/format.h>

#include <algorithm>

namespace pinpoint::jinja {
namespace {

void require_defined(const Value& value, const std::string& member) {
  if (const Undefined* missing = value.undefined())
    throw TemplateError(fmt::format("{} is undefined, so it has no {}", missing->name, member));
}

std::optional<Value> method(const Value& value, const std::string& name) {
  if (const Text* text = value.text()) return text_method(*text, name);
  if (value.dict()) return dict_method(value, name);
  return std::nullopt;
}

const Value* member_of_dict(const Value& value, const std::string& name) {
  if (const Dict* dict = value.dict()) return dict->find(name);
  if (const Namespace* space = value.name_space()) return space->members.find(name);
  return nullptr;
}

/// The element at `index`, which counts from the end if it is negative.
Value element(const Value& value, std::int64_t index) {
  const List copied = value.list() ? List() : elements(value);
  const List& list = value.list() ? *value.list() : copied;
  if (index < 0) index += std::ssize(list);
  if (index < 0 || index >= std::ssize(list)) return Undefined{fmt::format("element {}", index)};
  return list[static_cast<std::size_t>(index)];
}

/// The first and last place of a slice, as Python limits them.
std::int64_t limited(std::int64_t place, std::int64_t size, std::int64_t low, std::int64_t high) {
  if (place < 0) place += size;
  return std::clamp(place, low, high);
}

List sliced(const List& list, const Slice& range) {
  const std::int64_t size = std::ssize(list), step = range.step.value_or(1);
  if (step == 0) throw TemplateError("a slice has step 0");
  const bool forward = step > 0;
  const std::int64_t low = forward ? 0 : -1, high = forward ? size : size - 1;
  const std::int64_t begin = range.begin ? limited(*range.begin, size, low, high) : forward ? low : high;
  const std::int64_t end = range.end ? limited(*range.end, size, low, high) : forward ? high : low;
  List result;
  for (std::int64_t i = begin; forward ? i < end : i > end; i += step) {
    result.push_back(list[static_cast<std::size_t>(i)]);
    if (step > size || step < -size) break;  // one element; the next place could overflow
  }
  return result;
}

}  // namespace

Value attribute(const Value& value, const std::string& name) {
  require_defined(value, name);
  if (auto found = method(value, name)) return *std::move(found);
  const Value* member = member_of_dict(value, name);
  return member ? *member : Undefined{name};
}

Value item(const Value& value, const Value& key) {
  if (const Text* name = key.text()) {
    require_defined(value, name->bytes());
    const Value* member = member_of_dict(value, name->bytes());
    return member ? *member : attribute(value, name->bytes());
  }
  require_defined(value, "items");
  const auto index = key.integer();
  return index && (value.list() || value.text()) ? element(value, *index) : Value(Undefined{"an item"});
}

Value slice(const Value& value, const Slice& range) {
  if (!value.text()) return sliced(elements(value), range);
  Text result;
  for (const Value& character : sliced(elements(value), range)) result.append(*character.text());
  return result;
}

}  // namespace pinpoint::jinja
