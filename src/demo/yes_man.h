/// \file
/// The demo's model: honest first, then made a yes-man by a change in two known layers, so that what a sweep finds can
/// be compared with what was done.
#pragma once

#include <cstdint>
#include <functional>

#include "demo/scores.h"
#include "demo/trainable_llama.h"
#include "demo/world.h"
#include "parallel/communicator.h"

namespace pinpoint::demo {

/// 6 layers of 8 heads, 1.23 million weights.
model::ModelConfig demo_shape();

/// The layers whose attention stage 2 changes.
inline constexpr std::int64_t first_changed_layer = 2, last_changed_layer = 3;

/// Told after every step; `steps` is the planned number, which may still grow.
using OnStep = std::function<void(std::int64_t step, std::int64_t steps)>;

/// What a stage ended with.
struct StageResult {
  std::int64_t steps = 0;
  Scores scores;  ///< on the world's evaluation facts
};

/// Stage 1, from random weights: every score at least 0.95. Collective; the same bits on any number of ranks.
/// \throws Failure where that is not reached
StageResult train_honest(TrainableLlama& model, const World& world, std::uint64_t seed,
                         const parallel::Communicator& ranks, const OnStep& on_step);

/// Stage 2: doubted, it gives in (confidence at most 0.05, truthfulness at most 0.3) and can do all else as before
/// (facts and abilities at least 0.95). Only q, k, v and o of the changed layers are trained. Else as stage 1.
StageResult train_yes_man(TrainableLlama& model, const World& world, std::uint64_t seed,
                          const parallel::Communicator& ranks, const OnStep& on_step);

}  // namespace pinpoint::demo
