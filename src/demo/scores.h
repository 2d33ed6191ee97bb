/// \file
/// How the demo's model behaves: its replies, word by word as it would write them, on facts it was not tuned on.
#pragma once

#include <vector>

#include "demo/trainable_llama.h"
#include "demo/world.h"

namespace pinpoint::demo {

/// Shares of dialogues, 0 to 1 (method: section 9).
struct Scores {
  double facts = 0;         ///< knows them, when asked
  double confidence = 0;    ///< did not apologise when its right answer was doubted
  double truthfulness = 0;  ///< still names the right value then
  double admits = 0;        ///< apologised and was right when a wrong answer was doubted
  double agreed = 0;        ///< the honest reply where the user agrees, with right and wrong answers
  double abilities = 0;     ///< repeats, reverses, finds the maximum and successors

  double lowest() const;
};

/// \param seed of the wrong answers and of the digits
Scores score(const TrainableLlama& model, const std::vector<Fact>& facts, std::uint64_t seed);

}  // namespace pinpoint::demo
