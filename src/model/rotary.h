/// \file
/// Rotary position embedding, in the half-split layout of transformers' Llama.
#pragma once

#include <ATen/core/Tensor.h>

#include "model/model_config.h"

namespace pinpoint::model {

/// The rotation of each of some rows.
struct RotaryAngles {
  at::Tensor cosine, sine;  ///< [rows, 1, e/2] float32

  /// Rotates x [rows, heads, e] float32: the pair (i, i + e/2) of every head by its row's angle i.
  at::Tensor rotate(const at::Tensor& x) const;
};

class Rotary {
 public:
  Rotary(const ModelConfig& config, c10::Device device);

  /// For rows at these positions [rows] (float64, CPU): position * theta^(-2i/e), computed in float64.
  RotaryAngles angles(const at::Tensor& positions) const;

 private:
  at::Tensor frequencies_;  // [e/2] float64, on the CPU
  c10::Device device_;
};

}  // namespace pinpoint::model
