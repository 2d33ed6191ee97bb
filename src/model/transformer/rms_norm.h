/// \file
/// RMSNorm and its backward pass.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "model/transformer/gradient_sink.h"

namespace pinpoint::transformer {

/// x / sqrt(mean(x^2) + epsilon) * weight. x [.., n] and weight [n], both float32 or both float64.
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double epsilon);

/// For y = xh * w with xh = x / sqrt(mean(x^2) + epsilon): returns dx for `gradient` dy, all [.., n]. Reports the
/// scaling by w to `sink`. layer: -1 for the final norm.
at::Tensor rms_norm_backward(const at::Tensor& x, const at::Tensor& weight, double epsilon, const at::Tensor& gradient,
                             std::int64_t layer, Norm norm, GradientSink& sink);

}  // namespace pinpoint::transformer
