/// \file
/// OUT/checkpoints/step-NNNNNN.h5 of a tuning of chosen heads (hdf5_schemas/checkpoint.yaml), and the newest of any.
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

/// What `values` and moments are of, in that order.
std::vector<tuning::Slice> slices_of(const Checkpoint& checkpoint, const transformer::ModelConfig& model);

/// What in `saved` is another tuning than the one of `heads` and `identity`, in words. \param model_sha256 of the
/// frozen weights now
std::optional<std::string> difference(const Checkpoint& saved, const std::string& model_sha256,
                                      const std::vector<HeadId>& heads, const TuningIdentity& identity);

/// Writes step-NNNNNN.h5, N the number of steps, into `folder`, which is made; whole or not at all. Then all but the
/// `keep` newest files are removed. Returns the file.
/// \throws UserError when the disk has not the room for it, seen before the first byte is written, or is not writable
std::filesystem::path write_checkpoint(const std::filesystem::path& folder, const Checkpoint& checkpoint,
                                       const transformer::ModelConfig& model, std::int64_t keep);

/// \throws UserError when the file is missing, damaged, no checkpoint, or one of a model of another shape
Checkpoint read_checkpoint(const std::filesystem::path& file, const transformer::ModelConfig& model,
                           hdf5::SealCheck seal = hdf5::SealCheck::now);

struct SavedCheckpoint {
  std::filesystem::path file;
  Checkpoint checkpoint;
};
/// The newest one that is whole, of chosen heads or of every weight (full_checkpoint.h: without its values then); a
/// damaged one is told in a warning and passed over. None where there is none. Collective over `ranks`, which look for
/// damage together; each gets it.
std::optional<SavedCheckpoint> newest_checkpoint(const std::filesystem::path& folder,
                                                 const transformer::ModelConfig& model,
                                                 const parallel::Communicator& ranks = {});

}  // namespace pinpoint::results
