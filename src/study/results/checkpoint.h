/// \file
/// A tuning's state after an update.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "study/results/tune_step.h"
#include "study/tuning/adamw.h"
#include "system/base/head_id.h"
#include "system/hdf5/provenance.h"

namespace pinpoint::results {

/// What decides the numbers of a tuning besides its heads: names and values, in the order in which they are compared.
using TuningIdentity = std::vector<std::pair<std::string, std::string>>;

struct Checkpoint {
  hdf5::Provenance provenance;  ///< its model_sha256 is that of the weights before the tuning
  TuningIdentity identity;
  std::vector<HeadId> heads;  ///< ascending; none where every weight is tuned
  bool train_kv = false, train_bias = false;
  /// On the CPU: of `tuning::head_slices` of heads, train_kv and train_bias, in that order; where every weight is
  /// tuned, of this rank's elements of every `weights::WeightUnit`, float32 [own.size()].
  tuning::Tensors values;
  tuning::AdamWState moments;         ///< in the order and the shapes of `values`
  std::vector<TuneStep> history;      ///< all steps so far
  std::int64_t micro_batch = 0;       ///< with which they were computed
  std::int64_t sampler_position = 0;  ///< dialogues that were drawn so far
};

}  // namespace pinpoint::results
