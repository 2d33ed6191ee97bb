/// \file
/// The inputs of a sweep, from the configuration and its files. They are the same on every rank.
#pragma once

#include <string>
#include <vector>

#include "app/stages/job.h"
#include "language/dialogue/prompt_pair.h"
#include "model/transformer/model_config.h"
#include "study/patching/tiling.h"
#include "study/planning/sweep_cost.h"
#include "study/results/effects_file.h"
#include "study/results/sweep_identity.h"
#include "system/parallel/partition.h"

namespace pinpoint::stages {

struct SweepInputs {
  std::vector<dialogue::TokenPair> pairs;  ///< [N], the first `sweep.samples` of the file
  std::vector<std::string> pair_sha256;    ///< [N], of the token ids
  hdf5::Parent source;                     ///< the pairs file
  std::vector<results::RecordToken> record_tokens;
  patching::Arithmetic arithmetic = patching::Arithmetic::float32;
  patching::Tiling tiling;
  std::vector<parallel::Range> sets;
  std::vector<effects::ExactCheck> checks;
  planning::SweepCostInputs cost_inputs;

  std::vector<std::int64_t> record_ids() const;
  results::AskedSamples asked() const;
  /// Without the model's hash, which is known only after its weights have been read.
  results::SweepIdentity identity(const config::Config& config) const;
};

/// Reads the pairs, and the tokenizer if text must become tokens. Logs what the user should know about them.
/// Collective.
SweepInputs read_sweep_inputs(const Job& job, const transformer::ModelConfig& model);

}  // namespace pinpoint::stages
