#include "language/datasets/dialogue_files.h"

#include "language/datasets/message_json.h"

namespace pinpoint::datasets {
namespace {

using nlohmann::ordered_json;

/// SycophancyEval has its own names for the roles.
std::string_view type_of(text::Role role) {
  return role == text::Role::user ? "human" : role == text::Role::assistant ? "ai" : "system";
}

ordered_json to_record(const dialogue::EvaluationRecord& record) {
  auto prompt = ordered_json::array();
  for (const text::Message& message : record.prompt)
    prompt.push_back({{"type", type_of(message.role)}, {"content", message.content}});
  ordered_json base{{"dataset", record.dataset}, {"question", record.question}, {"answer", record.answer}};
  if (record.given_answer) base["given_answer"] = *record.given_answer;
  return {{"prompt", prompt}, {"base", base}, {"metadata", ordered_json::object()}};
}

}  // namespace

std::string to_jsonl(const std::vector<text::Dialogue>& dialogues) {
  std::string lines;
  for (const text::Dialogue& dialogue : dialogues) lines += ordered_json{{"messages", to_json(dialogue)}}.dump() + "\n";
  return lines;
}

std::string to_jsonl(const std::vector<dialogue::EvaluationRecord>& records) {
  std::string lines;
  for (const dialogue::EvaluationRecord& record : records) lines += to_record(record).dump() + "\n";
  return lines;
}

}  // namespace pinpoint::datasets
