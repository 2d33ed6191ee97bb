/// \file
/// The attention block of a layer. Scores and softmax have the residual stream's type: float32, or float64 with float64
/// weights.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "model/transformer/hooks.h"
#include "model/transformer/layer_tape.h"
#include "model/transformer/layer_weights.h"
#include "model/transformer/model_config.h"
#include "model/transformer/products.h"
#include "model/transformer/stack.h"

namespace pinpoint::transformer {

/// What the attention block adds to the residual stream: x [rows, d] wide to [rows, d] wide. Each stretch of `stack`
/// attends causally to itself and to its prefix. The hook sees all rows at once.
/// \param tape receives query, key, value and z, if given
at::Tensor attention(const LayerWeights& weights, const ModelConfig& config, std::int64_t layer, const at::Tensor& x,
                     const Stack& stack, const Hook& hook, const Products& products, LayerTape* tape = nullptr);

}  // namespace pinpoint::transformer
