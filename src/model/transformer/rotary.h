/// \file
/// Rotary position embedding in the half-split layout of transformers' Llama, with the families' rules for long
/// prompts.
#pragma once

#include <ATen/core/Tensor.h>

#include "model/transformer/model_config.h"

namespace pinpoint::transformer {

/// The base of the rotary frequencies in a prompt of `length` tokens: the model's own, unless it grows with the prompt
/// (Qwen-1's dynamic NTK). A shared prefix of two prompts has the same keys in both only if their bases are equal.
double rope_base(const ModelConfig& config, std::int64_t length);

/// The rotation of each row by its position.
struct RotaryAngles {
  at::Tensor cosine, sine;  ///< [rows, 1, e/2] float32 (or the type that `Rotary` was made for)
  at::Tensor query_factor;  ///< [rows, 1, 1] float32, of log-n attention; undefined without it

  /// Rotates x [rows, heads, e] float32: the pair (i, i + e/2) of every head by its row's angle i.
  at::Tensor rotate(const at::Tensor& x) const;
  /// The same for queries, which log-n attention also scales.
  at::Tensor rotate_queries(const at::Tensor& x) const;
  /// From the gradient of the result to that of x: the transposes of the two.
  at::Tensor rotate_back(const at::Tensor& gradient) const;
  at::Tensor rotate_queries_back(const at::Tensor& gradient) const;
};

/// The angles of several prompts, one below the other.
RotaryAngles concatenate(const std::vector<RotaryAngles>& parts);

class Rotary {
 public:
  /// \param type of the angles' cosines and sines
  Rotary(const ModelConfig& config, c10::Device device, at::ScalarType type = at::kFloat);

  /// For the last `rows` positions, from `first` on, of a prompt of first + rows tokens: position * frequency,
  /// computed in float64.
  RotaryAngles angles(std::int64_t first, std::int64_t rows) const;

 private:
  /// [e/2] float64, on the CPU: base^(-2i/e), scaled if the model has `rope_scaling`.
  at::Tensor frequencies(double base) const;

  ModelConfig config_;
  at::TensorOptions options_;
};

}  // namespace pinpoint::transformer
