/// \file
/// The equations of a transformer layer. The residual stream and the norms are float32 whatever the weights' type;
/// products are in the weights' type, attention scores in float32.
#pragma once

#include <ATen/core/Tensor.h>

#include "model/hooks.h"
#include "model/operations.h"
#include "model/rotary.h"
#include "model/weights.h"

namespace pinpoint::model {

/// x W^T: [rows, in] by [out, in] to [rows, out], counted in `tally`.
at::Tensor product(const at::Tensor& x, const at::Tensor& weight, const Tally& tally);

/// RMSNorm: x / sqrt(mean(x^2) + epsilon) * weight, in float32. x [rows, d] float32, weight [d] float32.
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double epsilon);

/// down(silu(gate(n)) * up(n)) with n = norm(x), x [rows, d] float32: what the MLP adds to x, [rows, d] float32.
at::Tensor mlp(const LayerWeights& weights, const ModelConfig& config, const at::Tensor& x, const Tally& tally);

/// Keys (after the rotation) and values of the positions 0 .. S-1 of one prompt in one layer.
struct KeysValues {
  at::Tensor keys;    ///< [G, S, e] float32
  at::Tensor values;  ///< [G, S, e] float32
  KeysValues first(std::int64_t positions) const;
};

/// One pass over some positions of one prompt.
struct Positions {
  std::int64_t first = 0;            ///< position of row 0
  const KeysValues* past = nullptr;  ///< of the positions before it; none where first is 0
};

/// What the attention block adds to the residual, [T, d] float32, and the prompt's keys and values up to here.
struct AttentionResult {
  at::Tensor output;
  KeysValues memory;
};
AttentionResult attention(const LayerWeights& weights, const ModelConfig& config, const Rotary& rotary,
                          std::int64_t layer, const at::Tensor& x, const Positions& positions, const Hook& hook,
                          const Tally& tally);

}  // namespace pinpoint::model
