#include "system/files/json_text.h"

#include <functional>
#include <set>
#include <vector>

#include "system/base/check.h"
#include "system/files/text_file.h"

namespace pinpoint::files {
namespace {

using nlohmann::json;

/// The parser calls this at every event, with the depth of nesting. Refuses deep nesting and repeated keys.
class StructureCheck {
 public:
  explicit StructureCheck(const std::string& name) : name_(name) {}

  bool operator()(int depth, json::parse_event_t event, const json& parsed) {
    if (event == json::parse_event_t::object_start || event == json::parse_event_t::array_start) {
      // The parser does not recurse, but printing a value does, and could overflow the stack.
      validate(depth < deepest,
               "{}: lists and objects are nested more than {} deep (the file is damaged); copy it again", name_,
               deepest);
    }
    if (event == json::parse_event_t::object_start) open_.emplace_back();
    if (event == json::parse_event_t::object_end) open_.pop_back();
    if (event == json::parse_event_t::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      validate(open_.back().insert(key).second, "{}: the key \"{}\" occurs twice in one object; remove one of the two",
               name_, key);
    }
    return true;  // keep the value
  }

 private:
  static constexpr int deepest = 100;

  const std::string& name_;
  std::vector<std::set<std::string>> open_;
};

/// The library's message without its prefix "[json.exception.parse_error.101] ".
std::string reason(const json::exception& error) {
  const std::string text = error.what();
  const auto end = text.find("] ");
  return end == std::string::npos ? text : text.substr(end + 2);
}

}  // namespace

json parse_json(std::string_view text, const std::string& name) {
  // By reference, because the parser copies its callback.
  StructureCheck check(name);
  try {
    return json::parse(text, std::ref(check));
  } catch (const json::exception& error) {
    throw UserError(fmt::format("{}: is not valid JSON ({}); correct the file or copy it again", name, reason(error)));
  }
}

json read_json_object(const std::filesystem::path& file) {
  json object = parse_json(read_file(file), file.string());
  validate(object.is_object(), "{}: is not a JSON object; copy the model's file anew", file.string());
  return object;
}

json read_json_object_if_there(const std::filesystem::path& file) {
  return std::filesystem::exists(file) ? read_json_object(file) : json::object();
}

}  // namespace pinpoint::files
