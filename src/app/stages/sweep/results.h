/// \file
/// Writes the results of a complete or partial sweep: effects.h5, heads.json and lines of the log.
#pragma once

#include <string>

#include "app/stages/job.h"
#include "app/stages/sweep/inputs.h"
#include "study/effects/sweep_record.h"

namespace pinpoint::stages {

enum class Completeness { complete, partial };

/// On rank 0. Writes effects.h5 from the finished samples. Writes heads.json too if all samples are finished and the
/// exact checks pass.
/// \throws Failure if the checks fail and `wanted` is complete; nothing is written then
/// \throws UserError if `sweep.metric: logit_share` is meaningless on these samples and not forced
void write_sweep_results(const Job& job, const SweepInputs& inputs, const effects::SweepRecord& record,
                         const std::string& model_sha256, Completeness wanted);

}  // namespace pinpoint::stages
