/// \file
/// The backward pass of a layer, by hand: a lease's memory is used for another layer when it ends, so nothing may
/// remember leased weights from the forward to the backward walk, as an autograd graph would.
///
/// With dy the gradient of the loss by y: y = x W^T gives dx = dy W, in the weights' type as the forward product;
/// norms, softmax and rotations in the residual stream's type.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "model/transformer/gradient_sink.h"
#include "model/transformer/layer_tape.h"
#include "model/transformer/layer_weights.h"
#include "model/transformer/model_config.h"
#include "model/transformer/stack.h"

namespace pinpoint::transformer {

/// Whether anything below a layer wants the gradient of what entered it.
enum class BelowLayer { wants_gradient, wants_none };

/// From the gradient of what left a layer, [rows, d] wide, to that of what entered it; undefined where nothing below
/// wants it, and then `sink` does not hear of the attention's norm. \pre no stretch of `stack` has a prefix
at::Tensor backward(std::int64_t layer, const LayerWeights& weights, const ModelConfig& config, const LayerTape& tape,
                    const Stack& stack, const at::Tensor& gradient, BelowLayer below, GradientSink& sink);

}  // namespace pinpoint::transformer
