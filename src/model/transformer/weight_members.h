/// \file
/// Which member of `LayerWeights` a matrix, a bias or a norm is.
#pragma once

#include "model/transformer/gradient_sink.h"
#include "model/transformer/layer_weights.h"

namespace pinpoint::transformer {

using WeightMember = at::Tensor LayerWeights::*;

inline WeightMember weight_of(Matrix matrix) {
  switch (matrix) {
    case Matrix::query: return &LayerWeights::query;
    case Matrix::key: return &LayerWeights::key;
    case Matrix::value: return &LayerWeights::value;
    case Matrix::output: return &LayerWeights::output;
    case Matrix::gate: return &LayerWeights::gate;
    case Matrix::up: return &LayerWeights::up;
    case Matrix::down: break;
  }
  return &LayerWeights::down;
}

/// Null if no family has a bias there. The tensor is undefined if this model's family has none.
inline WeightMember bias_of(Matrix matrix) {
  switch (matrix) {
    case Matrix::query: return &LayerWeights::query_bias;
    case Matrix::key: return &LayerWeights::key_bias;
    case Matrix::value: return &LayerWeights::value_bias;
    default: return nullptr;
  }
}

/// \pre not the final norm, which belongs to no layer
inline WeightMember weight_of(Norm norm) {
  switch (norm) {
    case Norm::attention: return &LayerWeights::attention_norm;
    case Norm::query: return &LayerWeights::query_norm;
    case Norm::key: return &LayerWeights::key_norm;
    default: return &LayerWeights::mlp_norm;
  }
}

}  // namespace pinpoint::transformer
