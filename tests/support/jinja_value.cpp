#include "support/jinja_value.h"

namespace pinpoint::test {

jinja::Value jinja_value(const nlohmann::ordered_json& json, bool is_message) {
  if (json.is_null()) return jinja::None{};
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) {
    const auto text = json.get<std::string>();
    return is_message ? jinja::Text::from_message(text) : jinja::Text(text);
  }
  if (json.is_array()) {
    jinja::List list;
    for (const auto& element : json) list.push_back(jinja_value(element, is_message));
    return list;
  }
  jinja::Dict dict;
  for (const auto& [key, value] : json.items()) dict.set(key, jinja_value(value, is_message || key == "messages"));
  return dict;
}

}  // namespace pinpoint::test
