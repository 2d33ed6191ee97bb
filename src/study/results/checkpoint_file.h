/// \file
/// OUT/checkpoints/step-NNNNNN.h5 of a tuning of chosen heads (hdf5_schemas/checkpoint.yaml), and the search for the
/// newest checkpoint of either kind.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/transformer/model_config.h"
#include "study/results/checkpoint.h"
#include "study/results/checkpoint_folder.h"
#include "study/tuning/head_slices.h"
#include "system/hdf5/h5_file.h"
#include "system/parallel/communicator.h"

namespace pinpoint::results {

/// The slices that values and moments belong to, in the same order.
std::vector<tuning::Slice> slices_of(const Checkpoint& checkpoint, const transformer::ModelConfig& model);

/// The first difference between `saved` and this tuning, in words; none if they are the same tuning.
/// \param model_sha256 of the frozen weights of this tuning
std::optional<std::string> difference(const Checkpoint& saved, const std::string& model_sha256,
                                      const std::vector<HeadId>& heads, const tuning::Identity& identity);

/// Writes step-NNNNNN.h5, N the number of steps, whole or not at all, and makes `folder` if necessary. Then removes all
/// but the `keep` newest files. Returns the new file.
/// \throws UserError when the disk has too little space (checked before the first byte is written) or is not writable
std::filesystem::path write_checkpoint(const std::filesystem::path& folder, const Checkpoint& checkpoint,
                                       const transformer::ModelConfig& model, std::int64_t keep);

/// \throws UserError when the file is missing, damaged, not a checkpoint, or of a model of another shape
Checkpoint read_checkpoint(const std::filesystem::path& file, const transformer::ModelConfig& model,
                           hdf5::SealCheck seal = hdf5::SealCheck::now);

struct SavedCheckpoint {
  std::filesystem::path file;
  Checkpoint checkpoint;
};
/// The newest intact checkpoint, of chosen heads or of every weight (then without its values, as read_full_metadata).
/// Skips damaged files with a warning. Collective over `ranks`, which check the files together and all get the result.
std::optional<SavedCheckpoint> newest_checkpoint(const std::filesystem::path& folder,
                                                 const transformer::ModelConfig& model,
                                                 const parallel::Communicator& ranks = {});

}  // namespace pinpoint::results
