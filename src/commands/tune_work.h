/// \file
/// A tuning as the cost model sees it.
#pragma once

#include <vector>

#include "base/head_id.h"
#include "model/model_config.h"
#include "planning/tune_cost.h"
#include "tuning/options.h"

namespace pinpoint::commands {

/// Everything but the heads and the dialogues' lengths, which are left as TuneWork has them.
planning::TuneWork tune_work(const tuning::TuneOptions& options);

/// The tuned heads, their groups and the lowest layer. \pre `heads` is not empty
void count_heads(planning::TuneWork& work, const std::vector<HeadId>& heads, const model::ModelConfig& model);

}  // namespace pinpoint::commands
