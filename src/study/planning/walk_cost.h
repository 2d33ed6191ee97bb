/// \file
/// What one walk of a sweep over the layers costs a rank: memory, bytes, time.
#pragma once

#include <cstdint>

#include "study/planning/memory.h"
#include "study/planning/stage_time.h"
#include "study/planning/sweep_cost.h"

namespace pinpoint::planning {

/// What a walk over `block` samples takes of the rank that has most, beside the weights: rows (4 d bytes each, whole
/// tiles), residual streams of its passes, the traces of a layer, and the activations of one stack of passes or one
/// tile, whichever are larger.
Memory walk_memory(const Model& model, const SweepCostInputs& inputs, std::int64_t block, int ranks);

/// The most samples, in whole sets and no more than `inputs.samples`, whose walk takes no more than `bytes`; at least
/// one set, whether it fits or not.
std::int64_t samples_that_fit(const Model& model, const SweepCostInputs& inputs, int ranks, double bytes);

/// That of a walk and the weights.
Memory sweep_memory(const Model& model, const SweepCostInputs& inputs, std::int64_t block, const Placement& placement,
                    const Ranks& ranks);

/// What reaches a rank in one walk over `block` samples: every layer and the unembedding once; traces and null rows.
Traffic walk_traffic(const Model& model, const SweepCostInputs& inputs, std::int64_t block, const Placement& placement,
                     const Ranks& ranks);

/// One walk over `block` samples, as long as its busiest rank takes: whole stacks and whole tiles are dealt.
StageTime walk_time(const Model& model, const SweepCostInputs& inputs, std::int64_t block, const Placement& placement,
                    const Machine& machine, const Ranks& ranks);

}  // namespace pinpoint::planning
