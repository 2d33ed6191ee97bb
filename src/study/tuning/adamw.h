/// \file
/// AdamW with decoupled weight decay (Loshchilov, Hutter 2019; docs/method.md, 5.4). The parameters may be the slices
/// of chosen heads or a rank's shards of all weights.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "study/tuning/options.h"

namespace pinpoint::tuning {

using Tensors = std::vector<at::Tensor>;

struct AdamWState {
  Tensors exp_avg, exp_avg_sq;  ///< in the order and the shapes of the parameters
  std::int64_t step = 0;        ///< updates made
};

/// The state before the first update: moments 0.
AdamWState initial_state(const Tensors& parameters);

/// Makes one update in place: p *= 1 - lr * weight_decay; m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2;
/// p -= lr * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps), with t from 1.
void update(Tensors& parameters, const Tensors& gradients, AdamWState& state, double learning_rate,
            const TuneOptions& options);

/// The sum of all squares, added in float64.
double squared_norm(const Tensors& tensors);

/// Scales gradients of norm `norm` down to norm `largest` if `norm` is larger.
void clip(Tensors& gradients, double norm, double largest);

}  // namespace pinpoint::tuning
