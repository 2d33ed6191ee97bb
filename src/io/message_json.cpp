#include "io/message_json.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace pinpoint::io {
namespace {

constexpr std::array<std::pair<std::string_view, text::Role>, 3> roles{
    {{"system", text::Role::system}, {"user", text::Role::user}, {"assistant", text::Role::assistant}}};

std::string_view name_of(text::Role role) {
  return std::ranges::find(roles, role, &std::pair<std::string_view, text::Role>::second)->first;
}

}  // namespace

text::Role role_of(const std::string& name, const std::string& place) {
  const auto found = std::ranges::find(roles, name, &std::pair<std::string_view, text::Role>::first);
  validate(found != roles.end(), "{}: unknown role \"{}\"; the known ones are system, user and assistant", place, name);
  return found->second;
}

nlohmann::ordered_json to_json(const text::Dialogue& dialogue) {
  auto messages = nlohmann::ordered_json::array();
  for (const text::Message& message : dialogue)
    messages.push_back({{"role", name_of(message.role)}, {"content", message.content}});
  return messages;
}

}  // namespace pinpoint::io
