/// \file
/// A sweep as the cost model sees it.
#pragma once

#include <cstdint>
#include <vector>

#include "dialogue/prompt_pair.h"
#include "model/model_config.h"
#include "patching/options.h"
#include "patching/sweep_plan.h"
#include "planning/sweep_cost.h"

namespace pinpoint::commands {

/// What an arithmetic asks for. accurate: model::accurate_activations of the device
planning::SweepPrecision sweep_precision(patching::Arithmetic arithmetic, model::Activations accurate);

/// Everything but the samples and their lengths, which are left as SweepWork has them.
planning::SweepWork sweep_work(const patching::SweepOptions& options, const patching::Tiling& tiling,
                               const planning::SweepPrecision& precision);

/// The samples and their mean lengths. \pre `pairs` is not empty
void count_tokens(planning::SweepWork& work, const std::vector<dialogue::TokenPair>& pairs,
                  const model::ModelConfig& model);

}  // namespace pinpoint::commands
