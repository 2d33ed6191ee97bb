/// \file
/// OUT/checkpoints/step-NNNNNN.h5 of a tuning of every weight (hdf5_schemas/full_checkpoint.yaml): vectors that are
/// divided among ranks and may be larger than the memory of one rank.
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

/// Writes step-NNNNNN.h5, N the number of steps, whole or not at all, and makes `folder` if necessary. Then removes all
/// but the `keep` newest files. Collective over `ranks`, the group that holds every weight once; each rank writes its
/// own elements. Returns the new file.
/// \param checkpoint with the values and moments of `units`, float32 [own.size()] each, on the CPU
/// \param units of `ranks`; together they cover every vector of the model
/// \throws UserError, the same on all ranks, when the disk has too little space (checked before the first value is
/// written) or is not writable; nothing of the new file remains then
std::filesystem::path write_full_checkpoint(const std::filesystem::path& folder, const Checkpoint& checkpoint,
                                            const std::vector<weights::WeightUnit>& units,
                                            const transformer::ModelConfig& model, std::int64_t keep,
                                            const parallel::Communicator& ranks);

/// Everything except the values and moments; `moments.step` is set. Not collective.
/// \throws UserError when the file is missing, damaged, of another kind, or of a model of another shape
Checkpoint read_full_metadata(const std::filesystem::path& file, const transformer::ModelConfig& model,
                              hdf5::SealCheck seal = hdf5::SealCheck::now);

/// Reads the values and moments of `units` into `checkpoint`. The file may have been written by another number of
/// ranks. Not collective: each rank reads only its own elements. \pre read_full_metadata accepted the file \throws
/// UserError when the file is damaged
void read_full_values(const std::filesystem::path& file, const std::vector<weights::WeightUnit>& units,
                      Checkpoint& checkpoint);

}  // namespace pinpoint::results
