/// \file
/// A tuning as the cost model sees it.
#pragma once

#include <vector>

#include "model/transformer/model_config.h"
#include "study/planning/tune_cost.h"
#include "study/tuning/options.h"
#include "system/base/head_id.h"

namespace pinpoint::stages {

/// Everything but the heads and the dialogues' lengths, which are left as TuneWork has them.
planning::TuneWork tune_work(const tuning::TuneOptions& options);

/// The tuned heads, their groups and the lowest layer. \pre `heads` is not empty
void count_heads(planning::TuneWork& work, const std::vector<HeadId>& heads, const transformer::ModelConfig& model);

}  // namespace pinpoint::stages
