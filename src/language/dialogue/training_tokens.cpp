#include "language/dialogue/training_tokens.h"

#include <algorithm>
#include <numeric>

#include "system/base/check.h"

namespace pinpoint::dialogue {
namespace {

/// The number of tokens without what a template writes after the end token (ChatML: a line break). It is not a target,
/// and no target sees it.
std::size_t end_of_reply(const text::TokenIds& tokens, std::size_t opened, const text::Tokenizer& tokenizer) {
  const auto& forms = tokenizer.special_forms();
  const auto is_special = [&](text::TokenId id) {
    return std::ranges::any_of(forms, [&](const std::string& form) { return tokenizer.special(form) == id; });
  };
  for (std::size_t end = tokens.size(); end > opened; --end)
    if (is_special(tokens[end - 1])) return end;
  return tokens.size();
}

/// The opened prompt is also encoded by itself. If the tokenizer joined the texts of prompt and reply at the boundary,
/// the whole dialogue would have a prompt that the model never sees when it replies.
TrainingDialogue encode(const text::Dialogue& messages, const text::DialogueEncoder& encoder) {
  const text::Dialogue before(messages.begin(), messages.end() - 1);
  const text::TokenIds opened = encoder.encode(before, text::Generation::open);
  TrainingDialogue result{encoder.encode(messages, text::Generation::closed), {}};
  const bool continues =
      result.tokens.size() > opened.size() && std::equal(opened.begin(), opened.end(), result.tokens.begin());
  validate(continues,
           "the tokens of the whole dialogue do not begin with those of the prompt that opens the reply (the chat "
           "template or the tokenizer joins them); give the dialogue as tokens and labels");
  result.tokens.resize(end_of_reply(result.tokens, opened.size(), encoder.tokenizer()));
  result.labels.assign(opened.size(), 0);
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
