/// \file
/// The inputs of the cost model, from the options, samples and heads of a sweep or a tuning.
#pragma once

#include <vector>

#include "language/dialogue/prompt_pair.h"
#include "model/transformer/model_config.h"
#include "study/patching/options.h"
#include "study/patching/tiling.h"
#include "study/planning/sweep_cost.h"
#include "study/planning/tune_cost.h"
#include "study/tuning/options.h"
#include "system/base/head_id.h"

namespace pinpoint::planning {

/// The precision that an arithmetic needs. accurate: transformer::accurate_activations of the device
SweepPrecision sweep_precision(patching::Arithmetic arithmetic, transformer::Activations accurate);

/// All inputs of a sweep, except for the samples and their lengths, which keep their defaults.
SweepCostInputs sweep_cost_inputs(const patching::SweepOptions& options, const patching::Tiling& tiling,
                                  const SweepPrecision& precision);

/// Sets the number of samples and their mean lengths. \pre `pairs` is not empty
void count_tokens(SweepCostInputs& inputs, const std::vector<dialogue::TokenPair>& pairs,
                  const transformer::ModelConfig& model);

/// All inputs of a tuning, except for the heads and the lengths of the dialogues, which keep their defaults.
TuneCostInputs tune_cost_inputs(const tuning::TuneOptions& options);

/// Sets the number of tuned heads, their key/value groups and the lowest layer. \pre `heads` is not empty
void count_heads(TuneCostInputs& inputs, const std::vector<HeadId>& heads, const transformer::ModelConfig& model);

}  // namespace pinpoint::planning
