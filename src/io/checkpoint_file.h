/// \file
/// OUT/checkpoints/step-NNNNNN.h5: a tuning's state after an update (hdf5_schemas/checkpoint.yaml).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/head_id.h"
#include "io/provenance.h"
#include "model/model_config.h"
#include "tuning/adamw.h"
#include "tuning/head_slices.h"

namespace pinpoint::io {

/// What tune.jsonl says of one step.
struct TuneStep {
  std::int64_t step = 0;  ///< from 1
  double loss = 0, lr = 0, grad_norm = 0;
  std::int64_t tokens = 0, targets = 0;
  double seconds = 0;
  bool operator==(const TuneStep&) const = default;
};

/// What decides the numbers of a tuning besides its heads: names and values, in the order in which they are compared.
using TuningIdentity = std::vector<std::pair<std::string, std::string>>;

struct Checkpoint {
  Provenance provenance;  ///< its model_sha256 is that of the frozen weights
  TuningIdentity identity;
  std::vector<HeadId> heads;  ///< ascending
  bool train_kv = false, train_bias = false;
  tuning::Tensors values;  ///< of `tuning::head_slices` of heads, train_kv and train_bias, in that order; on the CPU
  tuning::AdamWState moments;
  std::vector<TuneStep> history;      ///< all steps so far
  std::int64_t micro_batch = 0;       ///< with which they were computed
  std::int64_t sampler_position = 0;  ///< dialogues that were drawn so far
};

/// What `values` and moments are of, in that order.
std::vector<tuning::Slice> slices_of(const Checkpoint& checkpoint, const model::ModelConfig& model);

/// What in `saved` is another tuning than the one of `heads` and `identity`, in words. \param model_sha256 of the
/// frozen weights now
std::optional<std::string> difference(const Checkpoint& saved, const std::string& model_sha256,
                                      const std::vector<HeadId>& heads, const TuningIdentity& identity);

/// Writes step-NNNNNN.h5, N the number of steps, into `folder`, which is made; whole or not at all. Then all but the
/// `keep` newest files are removed. Returns the file.
/// \throws UserError when the disk has not the room for it, seen before the first byte is written, or is not writable
std::filesystem::path write_checkpoint(const std::filesystem::path& folder, const Checkpoint& checkpoint,
                                       const model::ModelConfig& model, std::int64_t keep);

/// \throws UserError when the file is missing, damaged, no checkpoint, or one of a model of another shape
Checkpoint read_checkpoint(const std::filesystem::path& file, const model::ModelConfig& model);

/// By step, ascending; none where there is no folder.
std::vector<std::filesystem::path> checkpoint_files(const std::filesystem::path& folder);

struct SavedCheckpoint {
  std::filesystem::path file;
  Checkpoint checkpoint;
};
/// The newest one that is whole; a damaged one is told in a warning and passed over. None where there is none.
std::optional<SavedCheckpoint> newest_checkpoint(const std::filesystem::path& folder, const model::ModelConfig& model);

}  // namespace pinpoint::io
