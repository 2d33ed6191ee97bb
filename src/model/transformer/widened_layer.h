/// \file
/// A layer with bf16 matrices as one with float32 matrices, for many products in float32.
#pragma once

#include "model/transformer/layer_weights.h"

namespace pinpoint::transformer {

/// The same numbers in memory of their own; norms and biases are float32 already.
LayerWeights widened(const LayerWeights& weights);

}  // namespace pinpoint::transformer
