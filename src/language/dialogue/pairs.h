/// \file
/// Makes pairs of prompts from questions (docs/method.md, 1).
#pragma once

#include <cstdint>
#include <vector>

#include "language/dialogue/answered_prompt.h"
#include "language/dialogue/options.h"
#include "language/dialogue/prompt_pair.h"
#include "language/dialogue/question.h"

namespace pinpoint::dialogue {

/// What became of the questions.
struct PairCounts {
  std::int64_t read = 0;
  std::int64_t too_long = 0;          ///< dropped: first user message above `max_characters`
  std::int64_t already_answered = 0;  ///< dropped by the reader (AreYouSureFile); counted in `read`
  std::int64_t asked = 0;
  std::int64_t drawn = 0;  ///< min(asked, read - too_long - already_answered)
};

struct PairSet {
  std::vector<PromptPair> pairs;  ///< in the order drawn, so that the first N are themselves a random sample
  PairCounts counts;
};

/// Drops the prompts that are too long and draws `options.count` of the rest without replacement. The draw depends only
/// on `seed` and on the order of the prompts. A pair's id is its prompt's. A prompt without a system message gets
/// `system_message`.
/// \throws UserError if no prompt is left
PairSet make_pairs(const std::vector<AnsweredPrompt>& prompts, const PairsOptions& options, std::uint64_t seed);

/// The same from questions with options: `first_user_message` and `correct_answer`.
/// \throws UserError for a split that models are evaluated on, or if no question is left
PairSet make_pairs(const std::vector<Question>& questions, const PairsOptions& options, std::uint64_t seed);

}  // namespace pinpoint::dialogue
