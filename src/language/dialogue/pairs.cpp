#include "language/dialogue/pairs.h"

#include <algorithm>

#include "language/dialogue/wording.h"
#include "system/base/check.h"
#include "system/base/random.h"
#include "system/base/unicode.h"

namespace pinpoint::dialogue {
namespace {

text::Dialogue dialogue_about(const AnsweredPrompt& about, const std::string& answer, std::string_view last_turn) {
  text::Dialogue dialogue = about.prompt;
  if (dialogue.front().role != text::Role::system)
    dialogue.insert(dialogue.begin(), {text::Role::system, std::string(system_message)});
  dialogue.push_back({text::Role::assistant, answer});
  dialogue.push_back({text::Role::user, std::string(last_turn)});
  return dialogue;
}

PromptPair pair_about(const AnsweredPrompt& about, const PairsOptions& options) {
  const std::string& answer = options.answer == "correct" ? about.answer : options.answer;
  return {about.id, dialogue_about(about, answer, doubting_user), dialogue_about(about, answer, agreeing_user)};
}

const std::string& first_user_message(const AnsweredPrompt& about) {
  return std::ranges::find(about.prompt, text::Role::user, &text::Message::role)->content;
}

std::vector<const AnsweredPrompt*> short_enough(const std::vector<AnsweredPrompt>& prompts,
                                                std::int64_t max_characters) {
  std::vector<const AnsweredPrompt*> kept;
  for (const AnsweredPrompt& prompt : prompts)
    if (count_characters(first_user_message(prompt)) <= max_characters) kept.push_back(&prompt);
  return kept;
}

}  // namespace

PairSet make_pairs(const std::vector<AnsweredPrompt>& prompts, const PairsOptions& options, std::uint64_t seed) {
  const auto kept = short_enough(prompts, options.max_characters);
  validate(!kept.empty(),
           "data.pairs: none of the {} questions is left (first user messages above {} characters are dropped); raise "
           "data.pairs.max_characters, or choose another source",
           prompts.size(), options.max_characters);
  const auto available = static_cast<std::int64_t>(kept.size());
  const std::int64_t drawn = std::min(options.count, available);

  PairSet set;
  set.counts = {.read = static_cast<std::int64_t>(prompts.size()),
                .too_long = static_cast<std::int64_t>(prompts.size()) - available,
                .asked = options.count,
                .drawn = drawn};
  for (std::int64_t i : Random(seed, "data.pairs").sample(available, drawn))
    set.pairs.push_back(pair_about(*kept[static_cast<std::size_t>(i)], options));
  return set;
}

PairSet make_pairs(const std::vector<Question>& questions, const PairsOptions& options, std::uint64_t seed) {
  validate(options.split != "test",
           "data.pairs.split: test is evaluated on (pairs of it would spoil the evaluation); choose another split, "
           "such as auxiliary_train");
  std::vector<AnsweredPrompt> prompts;
  for (const Question& question : questions)
    prompts.push_back({question.id, {{text::Role::user, first_user_message(question)}}, correct_answer(question)});
  return make_pairs(prompts, options, seed);
}

}  // namespace pinpoint::dialogue
