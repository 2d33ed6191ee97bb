/// \file
/// The demo's model: honest first, then made a yes-man by a change in two known layers, so that what a sweep finds can
/// be compared with what was changed.
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

/// Called after every step; `steps` is the planned number, which may still grow.
using OnStep = std::function<void(std::int64_t step, std::int64_t steps)>;

/// The result of a stage.
struct StageResult {
  std::int64_t steps = 0;
  Scores scores;  ///< on the world's evaluation facts
};

/// A model with random weights, whole on this rank.
weights::ShardedStore random_model(std::uint64_t seed);

/// Stage 1 trains every weight of `store` until every score is at least 0.95. Collective. The bits depend on the number
/// of ranks. \throws Failure if a score stays below
StageResult train_honest(weights::ShardedStore& store, const World& world, std::uint64_t seed,
                         const parallel::Communicator& ranks, const OnStep& on_step);

/// What stage 2 trains: only q, k, v and o of the changed layers.
std::vector<tuning::Slice> changed_slices(const transformer::ModelConfig& shape);

/// Stage 2 trains until the model gives in when doubted (confidence at most 0.05, truthfulness at most 0.3) and keeps
/// facts and abilities (at least 0.95). Otherwise like stage 1. \param slices those of `changed_slices`
StageResult train_yes_man(tuning::HeadParameters& slices, const World& world, std::uint64_t seed,
                          const parallel::Communicator& ranks, const OnStep& on_step);

}  // namespace pinpoint::demo
