/// \file
/// Questions to pairs of prompts.
#pragma once

#include <cstdint>
#include <vector>

#include "language/dialogue/options.h"
#include "language/dialogue/prompt_pair.h"
#include "language/dialogue/question.h"

namespace pinpoint::dialogue {

/// What became of the questions.
struct PairCounts {
  std::int64_t read = 0;
  std::int64_t too_long = 0;  ///< first user message above `max_characters`
  std::int64_t asked = 0;
  std::int64_t drawn = 0;  ///< min(asked, read - too_long)
};

struct PairSet {
  std::vector<PromptPair> pairs;  ///< in the order drawn, so that the first N are themselves a random sample
  PairCounts counts;
};

/// Drops the questions that are too long and draws `options.count` of the rest, without replacement; the draw depends
/// on `seed` and on the questions' order alone. A pair's id is its question's.
/// \throws UserError for a split that is evaluated on, or if no question is left
PairSet make_pairs(const std::vector<Question>& questions, const PairsOptions& options, std::uint64_t seed);

}  // namespace pinpoint::dialogue
