/// \file
/// A made-up checkpoint of a tuning of every weight. Its numbers depend on their position only, not on the rank.
#pragma once

#include <cstdint>
#include <vector>

#include "model/transformer/model_config.h"
#include "model/weights/weight_unit.h"
#include "study/results/checkpoint.h"

namespace pinpoint::test {

/// A layer is one unit, divided evenly in multiples of 16 elements. A vocabulary table has a unit per `tile` rows,
/// divided evenly. If units are small, the last ranks have no elements.
std::vector<weights::WeightUnit> even_units(const transformer::ModelConfig& model, int rank, int ranks,
                                            std::int64_t tile);

/// After `steps` steps. \param provenance config, model_sha256, ... of the model
results::Checkpoint example_full_checkpoint(const std::vector<weights::WeightUnit>& units, std::int64_t steps,
                                            const hdf5::Provenance& provenance);

}  // namespace pinpoint::test
