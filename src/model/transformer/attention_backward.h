/// \file
/// The backward pass of attention between the products: from the heads' outputs to the projections.
#pragma once

#include "model/transformer/attention_parts.h"
#include "model/transformer/gradient_sink.h"
#include "model/transformer/stack.h"

namespace pinpoint::transformer {

/// \param gradient of every head's output z, [rows, H*e] wide. Returns the gradients of the projections with
/// their biases: query [rows, H*e], key and value [rows, G*e], wide.
ProjectedRows attention_backward(std::int64_t layer, const LayerWeights& weights, const ModelConfig& config,
                                 const ProjectedRows& projected, const Stack& stack, const at::Tensor& gradient,
                                 GradientSink& sink);

}  // namespace pinpoint::transformer
