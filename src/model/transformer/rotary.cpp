#include "model/transformer/rotary.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/log.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/pow.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pinpoint::transformer {
namespace {

/// The share of each frequency that is kept: 1 for short wavelengths, 0 for long ones, a ramp in between.
at::Tensor stretch(const at::Tensor& frequencies, const Llama3Scaling& scaling) {
  const at::Tensor turns = frequencies * (scaling.original_positions / (2 * std::numbers::pi));
  const at::Tensor kept =
      ((turns - scaling.low_factor) / (scaling.high_factor - scaling.low_factor)).clamp(/*min=*/0, /*max=*/1);
  return frequencies * (kept + (1 - kept) / scaling.factor);
}

/// ln i / ln S for the i-th position (from 1) if it is beyond the trained ones, else 1: [rows, 1, 1] float64.
at::Tensor logn_factor(const at::Tensor& positions, std::int64_t trained_positions) {
  const at::Tensor factor = at::log(positions + 1) / std::log(static_cast<double>(trained_positions));
  return factor.clamp_min(1).view({-1, 1, 1});
}

}  // namespace

double rope_base(const ModelConfig& config, std::int64_t length) {
  const auto& rule = config.long_prompts;
  if (!rule || !rule->dynamic_ntk || length <= rule->trained_positions) return config.rope_theta;
  const double ratio = static_cast<double>(length) / static_cast<double>(rule->trained_positions);
  const double alpha = std::max(std::exp2(std::ceil(std::log2(ratio) + 1)) - 1, 1.0);
  const auto e = static_cast<double>(config.head_width);
  return config.rope_theta * std::pow(alpha, e / (e - 2));
}

Rotary::Rotary(const ModelConfig& config, c10::Device device, at::ScalarType type)
    : config_(config), options_(at::TensorOptions().device(device).dtype(type)) {}

at::Tensor Rotary::frequencies(double base) const {
  const at::Tensor plain = at::pow(base, at::arange(0, config_.head_width, 2, at::kDouble).div(-config_.head_width));
  return config_.rope_scaling ? stretch(plain, *config_.rope_scaling) : plain;
}

RotaryAngles Rotary::angles(std::int64_t first, std::int64_t rows) const {
  const at::Tensor positions = at::arange(first, first + rows, at::kDouble);
  const at::Tensor angles =
      at::outer(positions, frequencies(rope_base(config_, first + rows))).unsqueeze(1);  // [rows, 1, e/2]
  RotaryAngles result{angles.cos().to(options_), angles.sin().to(options_), {}};
  if (config_.long_prompts && config_.long_prompts->logn_attention)
    result.query_factor = logn_factor(positions, config_.long_prompts->trained_positions).to(options_);
  return result;
}

RotaryAngles concatenate(const std::vector<RotaryAngles>& parts) {
  std::vector<at::Tensor> cosine, sine, factor;
  for (const RotaryAngles& part : parts) {
    cosine.push_back(part.cosine);
    sine.push_back(part.sine);
    if (part.query_factor.defined()) factor.push_back(part.query_factor);
  }
  return {at::cat(cosine), at::cat(sine), factor.empty() ? at::Tensor() : at::cat(factor)};
}

at::Tensor RotaryAngles::rotate(const at::Tensor& x) const {
  const std::int64_t half = x.size(2) / 2;
  const at::Tensor a = x.narrow(2, 0, half);     // [rows, heads, e/2]
  const at::Tensor b = x.narrow(2, half, half);  // [rows, heads, e/2]
  return at::cat({a * cosine - b * sine, b * cosine + a * sine}, 2);
}

at::Tensor RotaryAngles::rotate_back(const at::Tensor& gradient) const {
  return RotaryAngles{cosine, -sine, {}}.rotate(gradient);
}

at::Tensor RotaryAngles::rotate_queries_back(const at::Tensor& gradient) const {
  return rotate_back(query_factor.defined() ? gradient * query_factor : gradient);
}

at::Tensor RotaryAngles::rotate_queries(const at::Tensor& x) const {
  at::Tensor rotated = rotate(x);
  return query_factor.defined() ? rotated.mul_(query_factor) : rotated;
}

}  // namespace pinpoint::transformer
