/// \file
/// Rotary position embedding, in the half-split layout of transformers' Llama.
#pragma once

#include <ATen/core/Tensor.h>

#include "model/model_config.h"

namespace pinpoint::model {

class Rotary {
 public:
  Rotary(const ModelConfig& config, c10::Device device);

  /// Rotates x [heads, T, e] float32, whose T rows stand at positions first, first+1, ..: the pair (i, i + e/2) by the
  /// angle position * theta^(-2i/e). Angles are computed in float64.
  at::Tensor rotate(const at::Tensor& x, std::int64_t first) const;

 private:
  at::Tensor frequencies_;  // [e/2] float64, on the CPU
  c10::Device device_;
};

}  // namespace pinpoint::model
