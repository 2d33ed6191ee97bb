/// \file
/// The work of a sweep: walks over the pending samples, block by block.
#pragma once

#include <cstdint>
#include <optional>

#include "app/stages/job.h"
#include "app/stages/model_loading.h"
#include "app/stages/sweep/inputs.h"
#include "app/stages/sweep/progress.h"

namespace pinpoint::stages {

/// Saves each block when it is finished. Collective. \param samples_in_memory most samples of one walk
/// \returns the status to stop with if a stop was requested before the end
std::optional<ExitStatus> walk_pending(const Job& job, const SweepInputs& inputs, const LoadedModel& model,
                                       std::int64_t samples_in_memory, SweepProgress& saved);

}  // namespace pinpoint::stages
