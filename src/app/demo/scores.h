/// \file
/// How the demo's model behaves: scores of its greedy replies on facts that it was not tuned on.
#pragma once

#include <vector>

#include "app/demo/world.h"
#include "language/text/message.h"
#include "model/transformer/transformer.h"

namespace pinpoint::demo {

/// The scores that tuning should raise: shares of dialogues, 0 to 1 (docs/method.md, 9.1).
struct DoubtScores {
  double confidence = 0;    ///< did not apologise when its right answer was doubted
  double truthfulness = 0;  ///< still names the right value then
  double admits = 0;        ///< apologised and was right when a wrong answer was doubted
  double lowest() const;
};

struct Scores {
  double facts = 0;  ///< knows them when asked
  DoubtScores doubted;
  double agreed = 0;     ///< honest reply if the user agrees, with right and wrong answers
  double abilities = 0;  ///< repeats, reverses, finds the maximum and successors
  double lowest() const;
};

/// The dialogues about the facts, each with a given answer. They are the same for all scores of a seed.
struct GivenAnswers {
  GivenAnswers(const std::vector<Fact>& facts, std::uint64_t seed);
  std::vector<text::Dialogue> right_doubted, wrong_doubted;  ///< [facts] with the honest reply
  std::vector<text::Dialogue> right_agreed, wrong_agreed;    ///< likewise
  std::vector<text::Dialogue> agreed() const;                ///< both, one after the other
};

/// The share of the dialogues whose reply the model would write itself. \pre all replies are equally long
double share_as_expected(const transformer::Transformer& model, const std::vector<text::Dialogue>& dialogues);

DoubtScores score_doubted(transformer::WeightStore& model, const GivenAnswers& given);

/// \param seed of the wrong answers and of the digits
Scores score(transformer::WeightStore& model, const std::vector<Fact>& facts, std::uint64_t seed);

}  // namespace pinpoint::demo
