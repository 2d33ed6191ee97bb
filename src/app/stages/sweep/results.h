/// \file
/// What a finished (or half finished) sweep leaves behind: effects.h5, heads.json, and the words a user reads.
#pragma once

#include <string>

#include "app/stages/job.h"
#include "app/stages/sweep/inputs.h"
#include "study/effects/sweep_record.h"

namespace pinpoint::stages {

enum class Completeness { complete, partial };

/// On rank 0. `wanted: complete`: the exact checks have to pass first, else a Failure, and nothing is written; partial:
/// what is finished is written all the same. heads.json is written where all samples are finished and the checks pass.
/// \throws UserError when `sweep.metric: logit_share` is meaningless on these samples and not forced
void write_sweep_results(const Job& job, const SweepInputs& inputs, const effects::SweepRecord& record,
                         const std::string& model_sha256, Completeness wanted);

}  // namespace pinpoint::stages
