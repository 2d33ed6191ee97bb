/// \file
/// OUT/checkpoints/step-NNNNNN.h5 of a tuning of every weight (hdf5_schemas/full_checkpoint.yaml): vectors that are
/// divided among ranks, and may be larger than the memory of any of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "model/transformer/model_config.h"
#include "model/weights/weight_unit.h"
#include "study/results/checkpoint.h"
#include "system/hdf5/h5_file.h"
#include "system/parallel/communicator.h"

namespace pinpoint::results {

inline constexpr std::string_view full_checkpoint_schema = "full_checkpoint";

/// Writes step-NNNNNN.h5, N the number of steps, into `folder`, which is made; whole or not at all. Then all but the
/// `keep` newest files are removed. Collective over `ranks`, the group that holds every weight once; each writes its
/// own elements. Returns the file.
/// \param checkpoint its values and moments are those of `units`, float32 [own.size()] each, on the CPU
/// \param units of `ranks`: every vector of the model is made of them
/// \throws UserError, the same on all ranks, when the disk has not the room for it, seen before the first value is
/// written, or is not writable; nothing is left of the new file then
std::filesystem::path write_full_checkpoint(const std::filesystem::path& folder, const Checkpoint& checkpoint,
                                            const std::vector<weights::WeightUnit>& units,
                                            const transformer::ModelConfig& model, std::int64_t keep,
                                            const parallel::Communicator& ranks);

/// All but the values; `moments` has its step. Not collective.
/// \throws UserError when the file is missing, damaged, of another kind, or one of a model of another shape
Checkpoint read_full_metadata(const std::filesystem::path& file, const transformer::ModelConfig& model,
                              hdf5::SealCheck seal = hdf5::SealCheck::now);

/// Puts the values and moments of `units` into `checkpoint`, whoever wrote them: the units may be those of another
/// number of ranks. Not collective: each rank reads its own elements alone.
/// \pre `read_full_metadata` found nothing wrong with the file \throws UserError when it is damaged
void read_full_values(const std::filesystem::path& file, const std::vector<weights::WeightUnit>& units,
                      Checkpoint& checkpoint);

}  // namespace pinpoint::results
