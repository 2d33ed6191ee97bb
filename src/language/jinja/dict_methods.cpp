#include <algorithm>

#include "language/jinja/members.h"

namespace pinpoint::jinja {

std::optional<Value> dict_method(const Value& value, const std::string& name) {
  const auto all = [&](auto part) {
    return Callable([value, part](const Arguments&) {
      List result;
      for (const auto& item : value.dict()->items()) result.push_back(part(item));
      return Value(std::move(result));
    });
  };
  if (name == "keys") return all([](const auto& item) { return Value(item.first); });
  if (name == "values") return all([](const auto& item) { return item.second; });
  if (name == "items") return all([](const auto& item) { return Value(List{Value(item.first), item.second}); });
  if (name != "get") return std::nullopt;
  return Callable([value](const Arguments& arguments) {
    const Value* found = value.dict()->find(as_text(arguments.get(0, "key")).bytes());
    const Value* instead = arguments.find(1, "default");
    return found ? *found : instead ? *instead : Value(None{});
  });
}

}  // namespace pinpoint::jinja
