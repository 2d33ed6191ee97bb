#include "io/json_text.h"

#include <functional>
#include <set>
#include <vector>

#include "base/check.h"

namespace pinpoint::io {
namespace {

using nlohmann::json;

/// Called by the parser at every event: remembers the keys of the objects that are open.
class DuplicateKeys {
 public:
  explicit DuplicateKeys(const std::string& name) : name_(name) {}

  bool operator()(int, json::parse_event_t event, const json& parsed) {
    if (event == json::parse_event_t::object_start) open_.emplace_back();
    if (event == json::parse_event_t::object_end) open_.pop_back();
    if (event == json::parse_event_t::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      validate(open_.back().insert(key).second, "{}: the key \"{}\" stands twice in one object; remove one of the two",
               name_, key);
    }
    return true;  // keep the value
  }

 private:
  const std::string& name_;
  std::vector<std::set<std::string>> open_;
};

/// The library's sentence without its "[json.exception.parse_error.101] " in front.
std::string reason(const json::exception& error) {
  const std::string text = error.what();
  const auto end = text.find("] ");
  return end == std::string::npos ? text : text.substr(end + 2);
}

}  // namespace

json parse_json(std::string_view text, const std::string& name) {
  // The parser copies its callback, hence the reference to one object.
  DuplicateKeys duplicates(name);
  try {
    return json::parse(text, std::ref(duplicates));
  } catch (const json::exception& error) {
    throw UserError(fmt::format("{}: is not valid JSON ({}); correct the file or copy it again", name, reason(error)));
  }
}

}  // namespace pinpoint::io
