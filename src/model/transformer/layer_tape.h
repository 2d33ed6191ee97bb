/// \file
/// What a layer's forward pass keeps for its backward pass.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "model/transformer/model_config.h"

namespace pinpoint::transformer {

/// Norms, rotations and attention probabilities are recomputed. Wide tensors have the residual stream's type
/// (`wide_type`), the others the weights' type.
struct LayerTape {
  at::Tensor x;             ///< [rows, d] wide: the residual stream before the layer
  at::Tensor x_mid;         ///< [rows, d] wide: after the attention block
  at::Tensor query;         ///< [rows, H*e]: the product, before bias, norm and rotation
  at::Tensor key, value;    ///< [rows, G*e]: likewise
  at::Tensor z;             ///< [rows, H*e]: every head's output
  at::Tensor gate, up;      ///< [rows, f]: the two products, before silu
  at::Tensor head_factors;  ///< [rows, H] wide: factors of the heads' outputs; undefined without factors
};

/// Bytes of one row of a tape. weight_bytes, wide_bytes: per element of the weights, of the residual stream.
inline std::int64_t tape_row_bytes(const ModelConfig& config, std::int64_t weight_bytes, std::int64_t wide_bytes) {
  return 2 * config.width * wide_bytes +
         (2 * config.heads_width() + 2 * config.kv_width() + 2 * config.mlp_width) * weight_bytes;
}

}  // namespace pinpoint::transformer
