/// \file
/// The gated MLP of a layer.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "model/transformer/hooks.h"
#include "model/transformer/layer_tape.h"
#include "model/transformer/layer_weights.h"
#include "model/transformer/model_config.h"
#include "model/transformer/products.h"

namespace pinpoint::transformer {

/// down(silu(gate(n)) * up(n)) with n = norm(x): what the MLP adds to x. x [rows, d] wide to [rows, d] wide.
/// \param tape receives gate and up, if given
at::Tensor mlp(const LayerWeights& weights, const ModelConfig& config, std::int64_t layer, const at::Tensor& x,
               const Hook& hook, const Products& products, LayerTape* tape = nullptr);

}  // namespace pinpoint::transformer
