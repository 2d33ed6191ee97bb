/// \file
/// What a sweep computes, made from the configuration and its files; the same on every rank.
#pragma once

#include <string>
#include <vector>

#include "commands/run.h"
#include "dialogue/prompt_pair.h"
#include "io/effects_file.h"
#include "io/sweep_identity.h"
#include "model/model_config.h"
#include "patching/sweep_plan.h"
#include "planning/sweep_cost.h"

namespace pinpoint::commands {

struct SweepTask {
  std::vector<dialogue::TokenPair> pairs;  ///< [N], `sweep.samples` of them
  std::vector<std::string> pair_sha256;    ///< [N] of their token ids
  io::Parent source;                       ///< the pairs file
  std::vector<io::RecordToken> record_tokens;
  patching::Arithmetic arithmetic = patching::Arithmetic::float32;
  patching::Tiling tiling;
  std::vector<parallel::Range> groups;
  std::vector<patching::ExactCheck> checks;
  planning::SweepWork work;  ///< all this as the cost model sees it

  std::vector<std::int64_t> record_ids() const;
  io::AskedSamples asked() const;
  /// Without the model's hash, which is known only once its weights have been read.
  io::SweepIdentity identity(const io::Config& config) const;
};

/// Reads pairs and tokenizer (only where text has to become tokens), and says what a user should know of them.
SweepTask make_sweep_task(const Run& run, const model::ModelConfig& model);

}  // namespace pinpoint::commands
