/// \file
/// Fuzzes train.jsonl. The input is the file's text.
#include <cstdint>
#include <variant>

#include "expect.h"
#include "language/datasets/training_file.h"
#include "system/base/check.h"

namespace pinpoint::datasets {
namespace {

/// What the code that uses the result relies on.
void check_dialogue(const dialogue::AnyTrainingDialogue& line) {
  if (const auto* messages = std::get_if<text::Dialogue>(&line)) {
    fuzz::expect(messages->back().role == text::Role::assistant, "messages end with the assistant's");
    return;
  }
  const auto& [tokens, labels] = std::get<dialogue::TrainingDialogue>(line);
  bool any = false;
  for (const std::uint8_t label : labels) any = any || label == 1;
  fuzz::expect(tokens.size() == labels.size() && any && labels.front() == 0, "labels are as many as tokens, not first");
}

void check_training(std::string_view jsonl) {
  try {
    for (const dialogue::PlacedDialogue& line : parse_training(jsonl, "train.jsonl")) check_dialogue(line.dialogue);
  } catch (const UserError&) {  // a valid answer
  }
}

}  // namespace
}  // namespace pinpoint::datasets

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pinpoint::datasets::check_training({reinterpret_cast<const char*>(data), size});
  return 0;
}
