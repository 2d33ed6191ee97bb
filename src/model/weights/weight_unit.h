/// \file
/// All weights of a model as flat vectors, and which of their elements a rank keeps: what a tuning of every weight
/// changes, sums and saves.
#pragma once

#include <cstdint>
#include <string>

#include "system/parallel/partition.h"

namespace pinpoint::weights {

/// What is summed over ranks at once: a layer, a tile of a vocabulary table, the final norm. The vectors are
/// "layers.N" (the parts of LayerLayout one after the other, without gaps), "embedding" and "unembedding" ([V, d] row
/// by row; no unembedding where the two are tied) and "final_norm" ([d]).
struct WeightUnit {
  std::string vector;
  std::int64_t begin = 0;     ///< element of the vector that is the unit's first
  std::int64_t elements = 0;  ///< of the unit
  /// Those of the unit's elements, from 0, that this rank keeps. The ranks of a group have the unit's elements in order
  /// of rank, each once; a rank may have none.
  parallel::Range own;
};

}  // namespace pinpoint::weights
