/// \file
/// What a rank may take, by its memory.
#pragma once

#include <cstdint>

#include "model/transformer/model_config.h"
#include "study/tuning/options.h"
#include "study/tuning/tuner.h"

namespace pinpoint::tuning {

/// What decides how much memory a step wants.
struct Demand {
  std::int64_t lowest = 0;        ///< lowest tuned layer
  std::int64_t longest = 0;       ///< tokens of the longest dialogue
  std::int64_t share = 1;         ///< dialogues of a batch on a rank, at most
  std::int64_t weight_bytes = 4;  ///< of an element
  bool dialogues_recur = false;   ///< whether a dialogue is met twice: else nothing is worth keeping
};

/// \param bytes that activations and the lower layers' output may take together on this rank. Not yet agreed among the
///        ranks: `micro_batch` must be the same on all.
Room choose_room(const transformer::ModelConfig& model, const TuneOptions& options, const Demand& demand, double bytes);

}  // namespace pinpoint::tuning
