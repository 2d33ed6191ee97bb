/// \file
/// A layer with bf16 matrices as one with float32 matrices, for many products in float32.
#pragma once

#include "model/transformer/layer_weights.h"

namespace pinpoint::transformer {

/// Copies the matrices; shares norms and biases, which are float32 already.
LayerWeights widened(const LayerWeights& weights);

}  // namespace pinpoint::transformer
