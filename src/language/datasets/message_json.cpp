#include "language/datasets/message_json.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "system/base/check.h"
#include "system/files/json_lines.h"

namespace pinpoint::datasets {
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

text::Message message_of(const nlohmann::json& value, const std::string& place) {
  validate(value.is_object(), "{}: a message is not an object; write {{\"role\": .., \"content\": ..}}", place);
  files::validate_keys(value, {"role", "content"}, place);
  return {role_of(files::string_at(value, "role", place), place), files::string_at(value, "content", place)};
}

text::TokenIds token_ids_of(const nlohmann::json& list, const std::string& key, const std::string& place) {
  constexpr std::uint64_t largest = std::numeric_limits<text::TokenId>::max();
  text::TokenIds ids;
  for (const nlohmann::json& value : list) {
    validate(value.is_number_unsigned() && value.get<std::uint64_t>() <= largest,
             "{}: {} has {}, which is not a token id; ids are whole numbers from 0", place, key, value.dump());
    ids.push_back(value.get<text::TokenId>());
  }
  return ids;
}

}  // namespace pinpoint::datasets
