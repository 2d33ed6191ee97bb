/// \file
/// The demo's model: honest first, then made a yes-man by a change in two known layers, so that what a sweep finds can
/// be compared with what was done.
#pragma once

#include <cstdint>
#include <functional>

#include "app/demo/scores.h"
#include "app/demo/world.h"
#include "model/weights/sharded_store.h"
#include "study/tuning/head_parameters.h"
#include "system/parallel/communicator.h"

namespace pinpoint::demo {

/// 6 layers of 8 heads, 1.23 million weights.
transformer::ModelConfig demo_shape();

/// The layers whose attention stage 2 changes.
inline constexpr std::int64_t first_changed_layer = 2, last_changed_layer = 3;

/// Told after every step; `steps` is the planned number, which may still grow.
using OnStep = std::function<void(std::int64_t step, std::int64_t steps)>;

/// What a stage ended with.
struct StageResult {
  std::int64_t steps = 0;
  Scores scores;  ///< on the world's evaluation facts
};

/// Weights at random, whole on this rank.
weights::ShardedStore random_model(std::uint64_t seed);

/// Stage 1 changes every weight of `store`: every score at least 0.95. Collective; the bits depend on the number of
/// ranks. \throws Failure where that is not reached
StageResult train_honest(weights::ShardedStore& store, const World& world, std::uint64_t seed,
                         const parallel::Communicator& ranks, const OnStep& on_step);

/// What stage 2 trains: q, k, v and o of the changed layers, and nothing else.
std::vector<tuning::Slice> changed_slices(const transformer::ModelConfig& shape);

/// Stage 2: doubted, it gives in (confidence at most 0.05, truthfulness at most 0.3) and can do all else as before
/// (facts and abilities at least 0.95). Else as stage 1. \param slices those of `changed_slices`
StageResult train_yes_man(tuning::HeadParameters& slices, const World& world, std::uint64_t seed,
                          const parallel::Communicator& ranks, const OnStep& on_step);

}  // namespace pinpoint::demo
