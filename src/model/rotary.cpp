#include "model/rotary.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/pow.h>

namespace pinpoint::model {

Rotary::Rotary(const ModelConfig& config, c10::Device device)
    : frequencies_(
          at::pow(config.rope_theta, at::arange(0, config.head_width, 2, at::kDouble).div(-config.head_width))),
      device_(device) {}

RotaryAngles Rotary::angles(const at::Tensor& positions) const {
  const at::Tensor angles = at::outer(positions, frequencies_).unsqueeze(1);  // [rows, 1, e/2]
  return {angles.cos().to(device_, at::kFloat), angles.sin().to(device_, at::kFloat)};
}

at::Tensor RotaryAngles::rotate(const at::Tensor& x) const {
  const std::int64_t half = x.size(2) / 2;
  const at::Tensor a = x.narrow(2, 0, half);     // [rows, heads, e/2]
  const at::Tensor b = x.narrow(2, half, half);  // [rows, heads, e/2]
  return at::cat({a * cosine - b * sine, b * cosine + a * sine}, 2);
}

}  // namespace pinpoint::model
