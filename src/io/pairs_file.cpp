#include "io/pairs_file.h"

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "io/json_text.h"
#include "io/message_json.h"
#include "io/text_file.h"
#include "text/chat_template.h"

namespace pinpoint::io {
namespace {

using dialogue::AnyPair;
using dialogue::PromptPair;
using dialogue::TokenPair;
using nlohmann::json;

/// Every key of `object` must be one of `keys`. \param place "FILE:LINE", for messages
void validate_keys(const json& object, const std::vector<std::string>& keys, const std::string& place) {
  for (const auto& [key, value] : object.items()) {
    validate(std::ranges::find(keys, key) != keys.end(), "{}: unknown key \"{}\"; the known ones are {}", place, key,
             fmt::join(keys, ", "));
  }
}

std::string string_at(const json& object, const std::string& key, const std::string& place) {
  const auto found = object.find(key);
  validate(found != object.end() && found->is_string(), "{}: \"{}\" is missing or no string; give a string", place,
           key);
  return found->get<std::string>();
}

const json& list_at(const json& object, const std::string& key, const std::string& place) {
  const auto found = object.find(key);
  validate(found != object.end() && found->is_array() && !found->empty(),
           "{}: \"{}\" is missing, empty or no list; a pair is reference and counterfactual (messages), or "
           "reference_tokens and counterfactual_tokens (ids)",
           place, key);
  return *found;
}

text::Message message_of(const json& value, const std::string& place) {
  validate(value.is_object(), "{}: a message is no object; write {{\"role\": .., \"content\": ..}}", place);
  validate_keys(value, {"role", "content"}, place);
  return {role_of(string_at(value, "role", place), place), string_at(value, "content", place)};
}

text::Dialogue dialogue_at(const json& pair, const std::string& key, const std::string& place) {
  text::Dialogue dialogue;
  for (const json& value : list_at(pair, key, place)) dialogue.push_back(message_of(value, place));
  const auto fault = text::fault_of(dialogue);
  validate(!fault, "{}: {} {}", place, key, fault.value_or(""));
  validate(dialogue.back().role == text::Role::user,
           "{}: {} ends with the assistant's message (the assistant is to reply); end it with the user's", place, key);
  return dialogue;
}

text::TokenIds tokens_at(const json& pair, const std::string& key, const std::string& place) {
  constexpr std::uint64_t largest = std::numeric_limits<text::TokenId>::max();
  text::TokenIds ids;
  for (const json& value : list_at(pair, key, place)) {
    validate(value.is_number_unsigned() && value.get<std::uint64_t>() <= largest,
             "{}: {} holds {}, which is no token id; ids are whole numbers from 0", place, key, value.dump());
    ids.push_back(value.get<text::TokenId>());
  }
  return ids;
}

AnyPair pair_of(const json& line, std::int64_t number, const std::string& place) {
  validate(line.is_object(), "{}: the line is no JSON object; write one pair a line", place);
  const bool tokens = line.contains("reference_tokens") || line.contains("counterfactual_tokens");
  const std::string suffix = tokens ? "_tokens" : "";
  validate_keys(line, {"id", "reference" + suffix, "counterfactual" + suffix}, place);
  const std::string id = line.contains("id") ? string_at(line, "id", place) : std::to_string(number);
  if (tokens)
    return TokenPair{id, tokens_at(line, "reference_tokens", place), tokens_at(line, "counterfactual_tokens", place)};
  return PromptPair{id, dialogue_at(line, "reference", place), dialogue_at(line, "counterfactual", place)};
}

std::vector<std::string_view> lines_of(std::string_view bytes) {
  std::vector<std::string_view> lines;
  while (!bytes.empty()) {
    lines.push_back(bytes.substr(0, bytes.find('\n')));
    bytes.remove_prefix(std::min(lines.back().size() + 1, bytes.size()));
  }
  return lines;
}

const std::string& id_of(const AnyPair& pair) {
  return std::visit([](const auto& either) -> const std::string& { return either.id; }, pair);
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

}  // namespace

std::vector<AnyPair> read_pairs(const std::filesystem::path& path) {
  return parse_pairs(read_file(path), path.string());
}

std::vector<AnyPair> parse_pairs(std::string_view jsonl, std::string_view name) {
  std::vector<AnyPair> pairs;
  std::unordered_map<std::string, std::int64_t> line_of_id;
  std::int64_t number = 0;
  for (const std::string_view line : lines_of(jsonl)) {
    ++number;
    if (is_blank(line)) continue;
    const std::string place = fmt::format("{}:{}", name, number);
    pairs.push_back(pair_of(parse_json(line, place), number, place));
    const auto [first, is_new] = line_of_id.emplace(id_of(pairs.back()), number);
    validate(is_new, "{}: the id \"{}\" is that of line {} too; give every pair its own", place, first->first,
             first->second);
  }
  validate(!pairs.empty(), "{}: the file holds no pair; write one a line", name);
  return pairs;
}

std::string to_jsonl(const std::vector<PromptPair>& pairs) {
  std::string lines;
  for (const PromptPair& pair : pairs) {
    const nlohmann::ordered_json line{
        {"id", pair.id}, {"reference", to_json(pair.reference)}, {"counterfactual", to_json(pair.counterfactual)}};
    lines += line.dump() + "\n";
  }
  return lines;
}

}  // namespace pinpoint::io
