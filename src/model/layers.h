/// \file
/// The equations of a transformer layer. The residual stream and the norms are float32 whatever the weights' type;
/// products are in the weights' type, attention scores in float32.
#pragma once

#include <ATen/core/Tensor.h>

#include "model/hooks.h"
#include "model/operations.h"
#include "model/stack.h"
#include "model/weights.h"

namespace pinpoint::model {

/// x W^T: [rows, in] by [out, in] to [rows, out], counted in `tally`.
at::Tensor product(const at::Tensor& x, const at::Tensor& weight, const Tally& tally);

/// RMSNorm: x / sqrt(mean(x^2) + epsilon) * weight, in float32. x [.., n] float32, weight [n] float32.
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double epsilon);

/// down(silu(gate(n)) * up(n)) with n = norm(x), x [rows, d] float32: what the MLP adds to x, [rows, d] float32.
at::Tensor mlp(const LayerWeights& weights, const ModelConfig& config, const at::Tensor& x, const Tally& tally);

/// What the attention block adds to the residual of the rows of `stack`: x [rows, d] float32 to [rows, d] float32.
/// Every stretch attends causally to itself and to its prefix. The hook sees all rows at once.
at::Tensor attention(const LayerWeights& weights, const ModelConfig& config, std::int64_t layer, const at::Tensor& x,
                     const Stack& stack, const Hook& hook, const Tally& tally);

}  // namespace pinpoint::model
