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

at::Tensor Rotary::rotate(const at::Tensor& x, std::int64_t first) const {
  const at::Tensor positions = at::arange(first, first + x.size(1), at::kDouble);
  const at::Tensor angles = at::outer(positions, frequencies_);  // [T, e/2]
  const at::Tensor cos = angles.cos().to(device_, at::kFloat);
  const at::Tensor sin = angles.sin().to(device_, at::kFloat);
  const std::int64_t half = x.size(2) / 2;
  const at::Tensor a = x.narrow(2, 0, half);     // [heads, T, e/2]
  const at::Tensor b = x.narrow(2, half, half);  // [heads, T, e/2]
  return at::cat({a * cos - b * sin, b * cos + a * sin}, 2);
}

}  // namespace pinpoint::model
