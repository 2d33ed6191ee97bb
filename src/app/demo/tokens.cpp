#include "app/demo/tokens.h"

#include <algorithm>

#include "app/demo/world.h"

namespace pinpoint::demo {
namespace {

using text::Role;

void append(text::TokenIds& ids, const text::Message& message) {
  ids.push_back(message.role == Role::user ? user_turn : assistant_turn);
  const std::vector<std::int64_t> words = ids_of(message.content);
  ids.insert(ids.end(), words.begin(), words.end());
  if (message.role == Role::assistant) ids.push_back(end_of_turn);
}

}  // namespace

text::TokenIds tokens_of(const text::Dialogue& dialogue) {
  text::TokenIds ids;
  for (const text::Message& message : dialogue) append(ids, message);
  return ids;
}

dialogue::TrainingDialogue training_dialogue(const text::Dialogue& dialogue) {
  dialogue::TrainingDialogue tokens{tokens_of(dialogue), {}};
  const auto targets = static_cast<std::ptrdiff_t>(ids_of(dialogue.back().content).size()) + 1;
  tokens.labels.resize(tokens.tokens.size(), 0);
  std::fill(tokens.labels.end() - targets, tokens.labels.end(), 1);
  return tokens;
}

}  // namespace pinpoint::demo
