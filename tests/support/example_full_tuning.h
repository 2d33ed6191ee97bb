/// \file
/// A checkpoint of a tuning of every weight, made up: its numbers depend on where they stand, and not on who has them.
#pragma once

#include <cstdint>
#include <vector>

#include "io/checkpoint.h"
#include "model/model_config.h"
#include "model/weight_unit.h"

namespace pinpoint::test {

/// A layer is a unit, divided evenly in multiples of 16 elements; a vocabulary table one of every `tile` rows, of which
/// each rank has an even share: with small units the last ranks have none.
std::vector<model::WeightUnit> even_units(const model::ModelConfig& model, int rank, int ranks, std::int64_t tile);

/// After `steps` steps. \param provenance config, model_sha256, ... of the model
io::Checkpoint example_full_checkpoint(const std::vector<model::WeightUnit>& units, std::int64_t steps,
                                       const io::Provenance& provenance);

}  // namespace pinpoint::test
