/// \file
/// A checkpoint of a tuning of every weight, made up: its numbers depend on where they stand, and not on who has them.
#pragma once

#include <cstdint>
#include <vector>

#include "model/transformer/model_config.h"
#include "model/weights/weight_unit.h"
#include "study/results/checkpoint.h"

namespace pinpoint::test {

/// A layer is a unit, divided evenly in multiples of 16 elements; a vocabulary table one of every `tile` rows, of which
/// each rank has an even share: with small units the last ranks have none.
std::vector<weights::WeightUnit> even_units(const transformer::ModelConfig& model, int rank, int ranks,
                                            std::int64_t tile);

/// After `steps` steps. \param provenance config, model_sha256, ... of the model
results::Checkpoint example_full_checkpoint(const std::vector<weights::WeightUnit>& units, std::int64_t steps,
                                            const hdf5::Provenance& provenance);

}  // namespace pinpoint::test
