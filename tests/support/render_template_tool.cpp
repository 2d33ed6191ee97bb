/// \file
/// Renders templates for comparison with Jinja: `render_template` reads one JSON object per line,
/// {"template": "..", "variables": {..}}, and writes a line {"text": ".."} or {"error": ".."} for each. The texts within
/// the variable `messages` count as messages; {"messages": [[begin, end], ..]} are their bytes in the text.
#include <nlohmann/json.hpp>

#include <exception>
#include <iostream>
#include <string>

#include "language/jinja/template.h"
#include "system/base/check.h"

namespace {

using nlohmann::ordered_json;
namespace jinja = pinpoint::jinja;

jinja::Value value_of(const ordered_json& json, bool is_message) {
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
    for (const auto& element : json) list.push_back(value_of(element, is_message));
    return list;
  }
  jinja::Dict dict;
  for (const auto& [key, value] : json.items()) dict.set(key, value_of(value, is_message || key == "messages"));
  return dict;
}

ordered_json rendered(const ordered_json& line) try {
  const jinja::Template parsed(line.at("template").get<std::string>(), "template");
  const jinja::Text text = parsed.render(*value_of(line.at("variables"), false).dict());
  return {{"text", text.bytes()}, {"messages", text.message_parts()}};
} catch (const pinpoint::UserError& error) {
  return {{"error", error.what()}};
}

}  // namespace

int main() try {
  for (std::string line; std::getline(std::cin, line);) std::cout << rendered(ordered_json::parse(line)).dump() << '\n';
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
