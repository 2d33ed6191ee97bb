/// \file
/// What a finished (or half finished) sweep leaves behind: effects.h5, heads.json, and the words a user reads.
#pragma once

#include <string>

#include "commands/run.h"
#include "commands/sweep_task.h"
#include "patching/sweep_record.h"

namespace pinpoint::commands {

enum class Completeness { complete, partial };

/// On rank 0. A complete sweep has to pass its exact checks first (else a Failure, and nothing is written), and writes
/// heads.json.
/// \throws UserError when `sweep.metric: logit_share` is meaningless on these samples and not forced
void write_results(const Run& run, const SweepTask& task, const patching::SweepRecord& record,
                   const std::string& model_sha256, Completeness completeness);

}  // namespace pinpoint::commands
