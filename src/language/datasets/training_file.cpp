#include "language/datasets/training_file.h"

#include "language/datasets/message_json.h"
#include "language/text/chat_template.h"
#include "system/base/check.h"
#include "system/files/json_lines.h"

namespace pinpoint::datasets {
namespace {

using dialogue::AnyTrainingDialogue;
using dialogue::TrainingDialogue;
using nlohmann::json;

const json& training_list_at(const json& line, const std::string& key, const std::string& place) {
  const auto found = line.find(key);
  validate(found != line.end() && found->is_array() && !found->empty(),
           "{}: \"{}\" is missing, empty or not a list; a line is messages, or tokens and labels", place, key);
  return *found;
}

text::Dialogue messages_of(const json& line, const std::string& place) {
  text::Dialogue messages;
  for (const json& value : training_list_at(line, "messages", place)) messages.push_back(message_of(value, place));
  const auto fault = text::fault_of(messages);
  validate(!fault, "{}: messages {}", place, fault.value_or(""));
  validate(messages.back().role == text::Role::assistant,
           "{}: messages ends with the user's message (the assistant's last message is learnt); end it with the "
           "assistant's",
           place);
  return messages;
}

std::vector<std::uint8_t> labels_of(const json& line, std::size_t tokens, const std::string& place) {
  std::vector<std::uint8_t> labels;
  bool any = false;
  for (const json& value : training_list_at(line, "labels", place)) {
    const bool right = value.is_number_unsigned() && value.get<std::uint64_t>() <= 1;
    validate(right, "{}: labels has {}; a label is 1 for a token that is a target, else 0", place, value.dump());
    labels.push_back(value.get<std::uint8_t>());
    any = any || labels.back() == 1;
  }
  validate(labels.size() == tokens, "{}: {} labels for {} tokens; give each token one", place, labels.size(), tokens);
  validate(labels.front() == 0, "{}: the first token is a target (nothing precedes it); give it the label 0", place);
  validate(any, "{}: no token is a target; give at least one the label 1", place);
  return labels;
}

AnyTrainingDialogue dialogue_of(const json& line, const std::string& place) {
  if (!line.contains("tokens") && !line.contains("labels")) {
    files::validate_keys(line, {"messages", "id", "question_key"}, place);
    return messages_of(line, place);
  }
  files::validate_keys(line, {"tokens", "labels", "id", "question_key"}, place);
  TrainingDialogue dialogue{token_ids_of(training_list_at(line, "tokens", place), "tokens", place), {}};
  dialogue.labels = labels_of(line, dialogue.tokens.size(), place);
  return dialogue;
}

}  // namespace

std::vector<dialogue::PlacedDialogue> parse_training(std::string_view jsonl, std::string_view name) {
  std::vector<dialogue::PlacedDialogue> lines;
  files::for_each_json_line(jsonl, name, [&](const json& line, std::int64_t, const std::string& place) {
    lines.push_back({dialogue_of(line, place), place});
  });
  validate(!lines.empty(), "{}: the file has no dialogue; write one per line", name);
  return lines;
}

}  // namespace pinpoint::datasets
