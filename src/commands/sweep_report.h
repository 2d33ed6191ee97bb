/// \file
/// What a finished (or half finished) sweep leaves behind: effects.h5, heads.json, and the words a user reads.
#pragma once

#include <string>

#include "commands/run.h"
#include "commands/sweep_task.h"
#include "patching/sweep_record.h"

namespace pinpoint::commands {

enum class Completeness { complete, partial };

/// On rank 0. `wanted: complete`: the exact checks have to pass first, else a Failure, and nothing is written; partial:
/// what is finished is written all the same. heads.json is written where all samples are finished and the checks pass.
/// \throws UserError when `sweep.metric: logit_share` is meaningless on these samples and not forced
void write_results(const Run& run, const SweepTask& task, const patching::SweepRecord& record,
                   const std::string& model_sha256, Completeness wanted);

}  // namespace pinpoint::commands
