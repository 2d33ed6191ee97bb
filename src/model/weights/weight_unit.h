/// \file
/// All weights of a model as flat vectors, and which of their elements a rank keeps. A tuning of every weight changes,
/// sums and saves them in these units.
#pragma once

#include <cstdint>
#include <string>

#include "system/parallel/partition.h"

namespace pinpoint::weights {

/// Weights that are summed over ranks in one step.
struct WeightUnit {
  enum class Kind {
    embedding_tile,    ///< `vocabulary_tile` rows of the embedding (the last tile may have fewer)
    layer,             ///< the parts of LayerLayout one after the other, without gaps
    final_norm,        ///< [d]
    unembedding_tile,  ///< likewise of the unembedding; none where it is tied to the embedding
  };

  Kind kind = Kind::layer;
  std::int64_t number = 0;    ///< of the tile or layer, from 0; 0 for the final norm
  std::int64_t begin = 0;     ///< first element of the unit, counted in its vector
  std::int64_t elements = 0;  ///< of the unit
  /// This rank's elements, counted in the unit. The ranks of a group have the unit's elements in order of rank, each
  /// element once. A rank may have none.
  parallel::Range own;

  /// Name of the vector that the unit belongs to: "embedding" and "unembedding" ([V, d] row by row), "layers.N",
  /// "final_norm".
  std::string vector() const;
};

}  // namespace pinpoint::weights
