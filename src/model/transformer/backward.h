/// \file
/// The backward pass of a layer, written by hand. An autograd graph would keep leased weights from the forward to the
/// backward pass, but their memory is reused when the lease ends.
///
/// dy is the gradient of the loss by y. y = x W^T gives dx = dy W, in the weights' type like the forward product.
/// Norms, softmax and rotations have the residual stream's type.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "model/transformer/gradient_sink.h"
#include "model/transformer/layer_tape.h"
#include "model/transformer/layer_weights.h"
#include "model/transformer/model_config.h"
#include "model/transformer/stack.h"

namespace pinpoint::transformer {

/// Whether anything below a layer needs the gradient of the layer's input.
enum class BelowLayer { wants_gradient, wants_none };

/// From the gradient of a layer's output, [rows, d] wide, to that of its input. With `wants_none` the result is
/// undefined and the attention's norm is not reported to `sink`. \pre no stretch of `stack` has a prefix
at::Tensor backward(std::int64_t layer, const LayerWeights& weights, const ModelConfig& config, const LayerTape& tape,
                    const Stack& stack, const at::Tensor& gradient, BelowLayer below, GradientSink& sink);

}  // namespace pinpoint::transformer
