/// \file
/// The state of a tuning after an update (docs/method.md, 5.6).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "study/results/tune_step.h"
#include "study/tuning/adamw.h"
#include "study/tuning/identity.h"
#include "system/base/head_id.h"
#include "system/hdf5/provenance.h"

namespace pinpoint::results {

struct Checkpoint {
  hdf5::Provenance provenance;  ///< model_sha256 is that of the weights before tuning
  tuning::Identity identity;
  std::vector<HeadId> heads;  ///< ascending; empty if every weight is tuned
  bool train_kv = false, train_bias = false;
  /// On the CPU, in the order of `tuning::head_slices` for these heads, train_kv and train_bias. If every weight is
  /// tuned: float32 [own.size()] per `weights::WeightUnit`, this rank's elements of it.
  tuning::Tensors values;
  tuning::AdamWState moments;         ///< in the order and with the shapes of `values`
  std::vector<TuneStep> history;      ///< all steps so far
  std::int64_t micro_batch = 0;       ///< the one of these steps
  std::int64_t sampler_position = 0;  ///< dialogues drawn so far
};

}  // namespace pinpoint::results
