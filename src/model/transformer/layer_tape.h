/// \file
/// What a layer's forward pass leaves behind for its backward pass.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "model/transformer/model_config.h"

namespace pinpoint::transformer {

/// Everything that is not an elementwise function of these is recomputed: norms, rotations, attention probabilities.
/// "wide" is the residual stream's type (`wide_type`), the rest is in the weights' type.
struct LayerTape {
  at::Tensor x;             ///< [rows, d] wide: the residual stream that entered
  at::Tensor x_mid;         ///< [rows, d] wide: with what the attention block added
  at::Tensor query;         ///< [rows, H*e]: the product alone, before bias, norm and rotation
  at::Tensor key, value;    ///< [rows, G*e]: likewise
  at::Tensor z;             ///< [rows, H*e]: every head's output
  at::Tensor gate, up;      ///< [rows, f]: the two products, before silu
  at::Tensor head_factors;  ///< [rows, H] wide: what a hook multiplied the heads' outputs with; undefined: nothing
};

/// Bytes of one row of a tape, when weights take `weight_bytes` an element and the residual stream `wide_bytes`.
inline std::int64_t tape_row_bytes(const ModelConfig& config, std::int64_t weight_bytes, std::int64_t wide_bytes) {
  return 2 * config.width * wide_bytes +
         (2 * config.heads_width() + 2 * config.kv_width() + 2 * config.mlp_width) * weight_bytes;
}

}  // namespace pinpoint::transformer
