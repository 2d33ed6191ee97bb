/// \file
/// Renders templates for comparison with Jinja: `render_template` reads one JSON object per line,
/// {"template": "..", "variables": {..}}, and writes a line {"text": ".."} or {"error": ".."} for each. The texts
/// within the variable `messages` count as messages; {"messages": [[begin, end], ..]} are their bytes in the text.
#include <nlohmann/json.hpp>

#include <exception>
#include <iostream>
#include <string>

#include "language/jinja/template.h"
#include "support/jinja_value.h"
#include "system/base/check.h"

namespace {

using nlohmann::ordered_json;
namespace jinja = pinpoint::jinja;

ordered_json rendered(const ordered_json& line) try {
  const jinja::Template parsed(line.at("template").get<std::string>(), "template");
  const jinja::Text text = parsed.render(*pinpoint::test::jinja_value(line.at("variables")).dict());
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
