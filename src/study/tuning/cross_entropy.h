/// \file
/// The loss, cross-entropy of the targets (docs/method.md, 5.2), and its gradient by the residual stream.
#pragma once

#include <ATen/core/Tensor.h>

#include "model/transformer/gradient_sink.h"
#include "model/transformer/transformer.h"

namespace pinpoint::tuning {

/// The rows of the residual stream that predict a target, and the target of each.
struct TargetRows {
  at::Tensor rows;     ///< [n] 64-bit
  at::Tensor targets;  ///< [n] 64-bit
};

struct LossGradient {
  at::Tensor losses;    ///< [n] float64: -log p of each target
  at::Tensor residual;  ///< [rows, d]: gradient of scale * sum of losses by the residual stream
};

/// \param x [rows, d], the output of the last layer
///
/// Leases the tiles of the unembedding twice, in order: for the logsumexp of every row, then for the gradient. So no
/// [n, V] matrix is held. Collective over the ranks of a sharded store. A rank without targets (n = 0) may pass an
/// undefined x and then gets an undefined gradient.
LossGradient cross_entropy(const transformer::Transformer& transformer, const at::Tensor& x, const TargetRows& targets,
                           double scale, transformer::GradientSink& sink);

}  // namespace pinpoint::tuning
