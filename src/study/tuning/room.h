/// \file
/// How much memory a rank may use for activations, and how many dialogues it takes per round.
#pragma once

#include <cstdint>

#include "model/transformer/model_config.h"
#include "study/tuning/options.h"
#include "study/tuning/tuner.h"

namespace pinpoint::tuning {

/// What the memory of a step depends on.
struct Demand {
  std::int64_t lowest = 0;        ///< lowest tuned layer
  std::int64_t longest = 0;       ///< tokens of the longest dialogue
  std::int64_t share = 1;         ///< largest number of dialogues of a batch on one rank
  std::int64_t weight_bytes = 4;  ///< of an element
  bool dialogues_recur = false;   ///< whether any dialogue occurs twice; if not, keeping outputs is useless
};

/// The room of this rank only. The ranks must still agree on one `micro_batch`.
/// \param bytes for activations and the kept output of the lower layers together, on this rank
Room choose_room(const transformer::ModelConfig& model, const TuneOptions& options, const Demand& demand, double bytes);

}  // namespace pinpoint::tuning
