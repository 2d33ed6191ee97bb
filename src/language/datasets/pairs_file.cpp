#include "language/datasets/pairs_file.h"

#include <nlohmann/json.hpp>

#include <string_view>
#include <unordered_map>
#include <utility>

#include "language/datasets/message_json.h"
#include "language/text/chat_template.h"
#include "system/base/check.h"
#include "system/files/json_lines.h"
#include "system/files/text_file.h"

namespace pinpoint::datasets {
namespace {

using dialogue::AnyPair;
using dialogue::PromptPair;
using dialogue::TokenPair;
using nlohmann::json;

const json& pair_list_at(const json& object, const std::string& key, const std::string& place) {
  const auto found = object.find(key);
  validate(found != object.end() && found->is_array() && !found->empty(),
           "{}: \"{}\" is missing, empty or not a list; a pair is reference and counterfactual (messages), or "
           "reference_tokens and counterfactual_tokens (ids)",
           place, key);
  return *found;
}

text::Dialogue dialogue_at(const json& pair, const std::string& key, const std::string& place) {
  text::Dialogue dialogue;
  for (const json& value : pair_list_at(pair, key, place)) dialogue.push_back(message_of(value, place));
  const auto fault = text::fault_of(dialogue);
  validate(!fault, "{}: {} {}", place, key, fault.value_or(""));
  validate(dialogue.back().role == text::Role::user,
           "{}: {} ends with the assistant's message (the assistant is to reply); end it with the user's", place, key);
  return dialogue;
}

text::TokenIds tokens_at(const json& pair, const std::string& key, const std::string& place) {
  return token_ids_of(pair_list_at(pair, key, place), key, place);
}

AnyPair pair_of(const json& line, std::int64_t number, const std::string& place) {
  const bool tokens = line.contains("reference_tokens") || line.contains("counterfactual_tokens");
  const std::string suffix = tokens ? "_tokens" : "";
  files::validate_keys(line, {"id", "reference" + suffix, "counterfactual" + suffix}, place);
  const std::string id = line.contains("id") ? files::string_at(line, "id", place) : std::to_string(number);
  if (tokens)
    return TokenPair{id, tokens_at(line, "reference_tokens", place), tokens_at(line, "counterfactual_tokens", place)};
  return PromptPair{id, dialogue_at(line, "reference", place), dialogue_at(line, "counterfactual", place)};
}

const std::string& id_of(const AnyPair& pair) {
  return std::visit([](const auto& either) -> const std::string& { return either.id; }, pair);
}

}  // namespace

std::vector<AnyPair> read_pairs(const std::filesystem::path& path) {
  return parse_pairs(files::read_file(path), path.string());
}

std::vector<AnyPair> parse_pairs(std::string_view jsonl, std::string_view name) {
  std::vector<AnyPair> pairs;
  std::unordered_map<std::string, std::int64_t> line_of_id;
  files::for_each_json_line(jsonl, name, [&](const json& line, std::int64_t number, const std::string& place) {
    pairs.push_back(pair_of(line, number, place));
    const auto [first, is_new] = line_of_id.emplace(id_of(pairs.back()), number);
    validate(is_new, "{}: line {} has the same id \"{}\"; give every pair its own", place, first->second, first->first);
  });
  validate(!pairs.empty(), "{}: the file has no pair; write one per line", name);
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

}  // namespace pinpoint::datasets
