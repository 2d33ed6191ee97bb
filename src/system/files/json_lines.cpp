#include "system/files/json_lines.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "system/base/check.h"
#include "system/files/json_text.h"

namespace pinpoint::files {
namespace {

using nlohmann::json;

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

}  // namespace

void for_each_json_line(
    std::string_view jsonl, std::string_view name,
    const std::function<void(const json& object, std::int64_t number, const std::string& place)>& visit) {
  for (std::int64_t number = 1; !jsonl.empty(); ++number) {
    const std::string_view line = jsonl.substr(0, jsonl.find('\n'));
    jsonl.remove_prefix(std::min(line.size() + 1, jsonl.size()));
    if (is_blank(line)) continue;
    const std::string place = fmt::format("{}:{}", name, number);
    const json object = parse_json(line, place);
    validate(object.is_object(), "{}: the line is not a JSON object; write one per line", place);
    visit(object, number, place);
  }
}

void validate_keys(const json& object, const std::vector<std::string>& keys, const std::string& place) {
  for (const auto& [key, value] : object.items()) {
    validate(std::ranges::find(keys, key) != keys.end(), "{}: unknown key \"{}\"; the known ones are {}", place, key,
             fmt::join(keys, ", "));
  }
}

std::string string_at(const json& object, const std::string& key, const std::string& place) {
  const auto found = object.find(key);
  validate(found != object.end() && found->is_string(), "{}: \"{}\" is missing or not a string; give a string", place,
           key);
  return found->get<std::string>();
}

}  // namespace pinpoint::files
