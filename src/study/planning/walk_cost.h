/// \file
/// The cost of one walk of a sweep per rank: memory, bytes, time (docs/method.md, 2.3).
#pragma once

#include <cstdint>

#include "study/planning/memory.h"
#include "study/planning/stage_time.h"
#include "study/planning/sweep_cost.h"

namespace pinpoint::planning {

/// Memory of the busiest rank in a walk over `block` samples, besides the weights: rows (4 d bytes each, whole tiles),
/// residual streams of its passes, the traces of a layer, and the activations of one stack of passes or one tile,
/// whichever is larger.
Memory walk_memory(const Model& model, const SweepCostInputs& inputs, std::int64_t block, int ranks);

/// The largest number of samples whose walk fits into `bytes`, in whole sets, at most `inputs.samples`. At least one
/// set, even if it does not fit.
std::int64_t samples_that_fit(const Model& model, const SweepCostInputs& inputs, int ranks, double bytes);

/// Memory of a walk and of the weights.
Memory sweep_memory(const Model& model, const SweepCostInputs& inputs, std::int64_t block, const Placement& placement,
                    const Ranks& ranks);

/// Bytes that arrive at a rank in one walk over `block` samples: every layer and the unembedding once, traces and null
/// rows.
Traffic walk_traffic(const Model& model, const SweepCostInputs& inputs, std::int64_t block, const Placement& placement,
                     const Ranks& ranks);

/// Time of one walk over `block` samples on the busiest rank. Whole stacks and whole tiles are dealt to the ranks.
StageTime walk_time(const Model& model, const SweepCostInputs& inputs, std::int64_t block, const Placement& placement,
                    const Machine& machine, const Ranks& ranks);

}  // namespace pinpoint::planning
