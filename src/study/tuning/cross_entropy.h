/// \file
/// The loss: cross-entropy of the targets, and where its backward pass begins.
#pragma once

#include <ATen/core/Tensor.h>

#include "model/transformer/gradient_sink.h"
#include "model/transformer/transformer.h"

namespace pinpoint::tuning {

/// Rows whose next token is a target: which rows of the residual stream, and that token.
struct TargetRows {
  at::Tensor rows;     ///< [n] 64-bit
  at::Tensor targets;  ///< [n] 64-bit
};

struct LossGradient {
  at::Tensor losses;    ///< [n] float64: -log p of each target
  at::Tensor residual;  ///< [rows, d]: gradient by the residual stream of scale * the sum of the losses
};

/// Of x [rows, d], what leaves the last layer. The unembedding's tiles are leased twice, in order: for the logsumexp of
/// every row, then for the gradient, so that no [n, V] matrix is held. Every rank of a sharded store calls it, also
/// with n = 0, when x may be undefined and so is what comes back.
LossGradient cross_entropy(const transformer::Transformer& transformer, const at::Tensor& x, const TargetRows& targets,
                           double scale, transformer::GradientSink& sink);

}  // namespace pinpoint::tuning
