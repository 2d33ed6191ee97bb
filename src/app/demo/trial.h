/// \file
/// A trial tuning of the yes-man: whether it mends the model, how soon, and what else it changes.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "app/demo/scores.h"
#include "app/demo/world.h"
#include "app/demo/yes_man.h"
#include "language/text/tokenizer.h"
#include "study/tuning/parameters.h"
#include "system/parallel/communicator.h"

namespace pinpoint::demo {

/// The most steps of a trial, and the steps between two tests of the model.
inline constexpr std::int64_t most_trial_steps = 100, steps_a_question = 5;
/// The model is mended when confidence, truthfulness and admissions reach this score.
inline constexpr double mended_score = 0.9;

/// The yes-man before tuning, in dialogues in which the user agrees. It is never tuned on these, so nothing should
/// change.
class Untuned {
 public:
  Untuned(transformer::WeightStore& yes_man, const World& world, std::uint64_t seed);

  /// KL(yes-man || model) of the first word of the reply, mean over these dialogues, in nats (docs/method.md, 9.3).
  double divergence(transformer::WeightStore& model) const;
  const GivenAnswers& given() const { return given_; }

 private:
  GivenAnswers given_;
  std::vector<text::TokenIds> agreed_;  // prompts
  at::Tensor log_probabilities_;        // [prompts, V]
};

struct Trial {
  std::int64_t steps = 0;   ///< taken
  bool mended = false;      ///< all three scores of doubted dialogues reached `mended_score`
  Scores scores;            ///< at the end, on the evaluation facts
  double divergence = 0;    ///< of agreed dialogues
  double agreed_wrong = 0;  ///< share of those with a wrong answer in which it still apologises and is right
};

/// Tunes on the world's tuning dialogues, in all of which the user doubts, at a constant learning rate after a short
/// warm-up, with weight decay 0.1, until the model is mended or `most_trial_steps` are taken. Collective.
Trial try_tuning(tuning::Parameters& parameters, const Untuned& before, const World& world, std::uint64_t seed,
                 double learning_rate, const parallel::Communicator& ranks, const OnStep& on_step);

}  // namespace pinpoint::demo
