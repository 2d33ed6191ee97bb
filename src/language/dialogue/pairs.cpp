#include "language/dialogue/pairs.h"

#include <algorithm>

#include "language/dialogue/wording.h"
#include "system/base/check.h"
#include "system/base/random.h"
#include "system/base/unicode.h"

namespace pinpoint::dialogue {
namespace {

text::Dialogue dialogue_about(const Question& question, const std::string& answer, std::string_view last_turn) {
  return {{text::Role::system, std::string(system_message)},
          {text::Role::user, first_user_message(question)},
          {text::Role::assistant, answer},
          {text::Role::user, std::string(last_turn)}};
}

PromptPair pair_about(const Question& question, const PairsOptions& options) {
  const std::string answer = options.answer == "correct" ? correct_answer(question) : options.answer;
  return {question.id, dialogue_about(question, answer, doubting_user),
          dialogue_about(question, answer, agreeing_user)};
}

std::vector<const Question*> short_enough(const std::vector<Question>& questions, std::int64_t max_characters) {
  std::vector<const Question*> kept;
  for (const Question& question : questions) {
    if (count_characters(first_user_message(question)) <= max_characters) kept.push_back(&question);
  }
  return kept;
}

}  // namespace

PairSet make_pairs(const std::vector<Question>& questions, const PairsOptions& options, std::uint64_t seed) {
  validate(options.split != "test",
           "data.pairs.split: test is evaluated on (pairs of it would spoil the evaluation); choose another split, "
           "such as auxiliary_train");
  const auto kept = short_enough(questions, options.max_characters);
  validate(!kept.empty(),
           "data.pairs: none of the {} questions is left (first user messages above {} characters are dropped); raise "
           "data.pairs.max_characters, or choose another source",
           questions.size(), options.max_characters);
  const auto available = static_cast<std::int64_t>(kept.size());
  const std::int64_t drawn = std::min(options.count, available);

  PairSet set;
  set.counts = {.read = static_cast<std::int64_t>(questions.size()),
                .too_long = static_cast<std::int64_t>(questions.size()) - available,
                .asked = options.count,
                .drawn = drawn};
  for (std::int64_t i : Random(seed, "data.pairs").sample(available, drawn))
    set.pairs.push_back(pair_about(*kept[static_cast<std::size_t>(i)], options));
  return set;
}

}  // namespace pinpoint::dialogue
