/// \file
/// The work of a tuning: step after step, in rounds that fit into memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/stages/job.h"
#include "app/stages/tune/inputs.h"
#include "app/stages/tune/progress.h"
#include "app/stages/tune/trained_weights.h"
#include "model/transformer/weight_store.h"
#include "study/tuning/options.h"
#include "study/tuning/room.h"

namespace pinpoint::stages {

/// Why tuning has ended; none while a step is left.
std::optional<std::string> end_of(const TuneInputs& inputs, const tuning::TuneOptions& options,
                                  const std::vector<results::TuneStep>& history);

/// Chooses the dialogues per round and what they keep, from the memory that is free now. Collective.
/// \param saved_micro_batch of the saved steps; later steps use it too, because bits depend on it
tuning::Room choose_room(const Job& job, const TuneInputs& inputs, const transformer::WeightStore& store,
                         std::optional<std::int64_t> saved_micro_batch);

/// Takes steps until all are made, the loss has converged, or a stop is requested. Collective.
/// \returns the status to stop with if a stop was requested before the end
std::optional<ExitStatus> take_steps(const Job& job, const TuneInputs& inputs, TrainedWeights& trained,
                                     const tuning::Room& room, TuneProgress& saved);

}  // namespace pinpoint::stages
