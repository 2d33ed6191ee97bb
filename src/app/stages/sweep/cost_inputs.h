/// \file
/// A sweep as the cost model sees it.
#pragma once

#include <cstdint>
#include <vector>

#include "language/dialogue/prompt_pair.h"
#include "model/transformer/model_config.h"
#include "study/patching/options.h"
#include "study/patching/sweep_plan.h"
#include "study/planning/sweep_cost.h"

namespace pinpoint::stages {

/// What an arithmetic asks for. accurate: transformer::accurate_activations of the device
planning::SweepPrecision sweep_precision(patching::Arithmetic arithmetic, transformer::Activations accurate);

/// Everything but the samples and their lengths, which are left as SweepWork has them.
planning::SweepWork sweep_work(const patching::SweepOptions& options, const patching::Tiling& tiling,
                               const planning::SweepPrecision& precision);

/// The samples and their mean lengths. \pre `pairs` is not empty
void count_tokens(planning::SweepWork& work, const std::vector<dialogue::TokenPair>& pairs,
                  const transformer::ModelConfig& model);

}  // namespace pinpoint::stages
