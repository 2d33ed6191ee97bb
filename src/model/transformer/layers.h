/// \file
/// The equations of a transformer layer. The residual stream, the norms and the attention scores are float32 whatever
/// the weights' type (float64 where the weights are, as in tests of gradients); `Products` decides about the products.
#pragma once

#include <ATen/core/Tensor.h>

#include "model/transformer/hooks.h"
#include "model/transformer/layer_tape.h"
#include "model/transformer/products.h"
#include "model/transformer/stack.h"
#include "model/transformer/weights.h"

namespace pinpoint::transformer {

/// RMSNorm: x / sqrt(mean(x^2) + epsilon) * weight. x [.., n] and weight [n] of a wide type, float32 or float64.
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double epsilon);

/// down(silu(gate(n)) * up(n)) with n = norm(x), x [rows, d] wide: what the MLP adds to x, [rows, d] wide.
/// \param tape takes gate and up, where given
at::Tensor mlp(const LayerWeights& weights, const ModelConfig& config, std::int64_t layer, const at::Tensor& x,
               const Hook& hook, const Products& products, LayerTape* tape = nullptr);

/// What the attention block adds to the residual of the rows of `stack`: x [rows, d] wide to [rows, d] wide. Every
/// stretch attends causally to itself and to its prefix. The hook sees all rows at once.
/// \param tape takes query, key, value and z, where given
at::Tensor attention(const LayerWeights& weights, const ModelConfig& config, std::int64_t layer, const at::Tensor& x,
                     const Stack& stack, const Hook& hook, const Products& products, LayerTape* tape = nullptr);

}  // namespace pinpoint::transformer
