#include "language/dialogue/training_tokens.h"

#include <algorithm>
#include <numeric>

#include "system/base/check.h"

namespace pinpoint::dialogue {
namespace {

TrainingDialogue encode(const text::Dialogue& messages, const text::DialogueEncoder& encoder) {
  text::Reply reply = encoder.encode_reply(messages);
  TrainingDialogue result{std::move(reply.tokens), {}};
  result.labels.assign(reply.opened, 0);
  result.labels.resize(result.tokens.size(), 1);
  return result;
}

TrainingDialogue tokens_of(const PlacedDialogue& line, const text::DialogueEncoder* encoder) try {
  const auto* messages = std::get_if<text::Dialogue>(&line.dialogue);
  return messages ? encode(*messages, *encoder) : std::get<TrainingDialogue>(line.dialogue);
} catch (const UserError& error) {
  throw UserError(fmt::format("{}: {}", line.place, error.what()));
}

}  // namespace

std::int64_t TrainingDialogue::targets() const {
  return std::accumulate(labels.begin(), labels.end(), std::int64_t{0});
}

bool hold_messages(const std::vector<PlacedDialogue>& lines) {
  return std::ranges::any_of(
      lines, [](const PlacedDialogue& line) { return std::holds_alternative<text::Dialogue>(line.dialogue); });
}

TrainingTokens tokenize_training(const std::vector<PlacedDialogue>& lines, const text::DialogueEncoder* encoder,
                                 const TrainingLimits& limits) {
  PINPOINT_EXPECT(encoder || !hold_messages(lines));
  TrainingTokens result;
  for (const PlacedDialogue& line : lines) {
    TrainingDialogue dialogue = tokens_of(line, encoder);
    for (const text::TokenId id : dialogue.tokens)
      validate(id >= 0 && id < limits.vocabulary,
               "{}: token id {} is outside the model's vocabulary (ids 0 to {}); encode the dialogue with the model's "
               "own tokenizer",
               line.place, id, limits.vocabulary - 1);
    if (dialogue.length() > limits.max_length)
      ++result.too_long;
    else
      result.dialogues.push_back(std::move(dialogue));
  }
  validate(!result.dialogues.empty(),
           "all {} dialogues have more than {} tokens (tune.max_length); raise it, or give shorter ones", lines.size(),
           limits.max_length);
  return result;
}

}  // namespace pinpoint::dialogue
