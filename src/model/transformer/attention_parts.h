/// \file
/// The steps of attention that the forward and the backward pass share.
#pragma once

#include <ATen/core/Tensor.h>

#include "model/transformer/layer_weights.h"
#include "model/transformer/model_config.h"
#include "model/transformer/rotary.h"

namespace pinpoint::transformer {

/// Queries, keys and values as the products return them.
struct ProjectedRows {
  at::Tensor query;       ///< [rows, H*e]
  at::Tensor key, value;  ///< [rows, G*e]
};

/// The same after biases, norms and rotations, in the residual stream's type.
struct HeadRows {
  at::Tensor query;       ///< [rows, H, e]
  at::Tensor key, value;  ///< [rows, G, e]
};

/// x + b head by head, [rows, heads*e] to [rows, heads, e] in the residual stream's type. Without b if it is
/// undefined.
at::Tensor with_bias(const at::Tensor& x, const at::Tensor& bias, std::int64_t heads);

/// Applies biases, the heads' own norms (if the family has them) and the rotations of queries and keys.
HeadRows place(const ProjectedRows& projected, const LayerWeights& weights, const ModelConfig& config,
               const RotaryAngles& angles);

/// Query heads g*(H/G) .. share group g, so a group's queries are stacked into one matrix: [T, H, e] to
/// [G, H/G * T, e].
at::Tensor stack_groups(const at::Tensor& heads, std::int64_t groups);
/// The inverse: [G, H/G * T, e] to [T, H, e].
at::Tensor unstack_groups(const at::Tensor& stacked, std::int64_t length);

/// softmax(q k^T / sqrt(e)) under the causal mask and the window: q [T, H, e] at positions first .. first+T-1, keys
/// [S, G, e] of positions 0 .. S-1 = first+T-1. Returns [G, H/G * T, S].
at::Tensor attention_weights(const at::Tensor& q, const at::Tensor& keys, std::int64_t first, std::int64_t window);

}  // namespace pinpoint::transformer
