#include "study/tuning/adamw.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>
#include <limits>

#include "system/base/check.h"

namespace pinpoint::tuning {

namespace {

/// `factor`, or infinity if float32 cannot hold it. LibTorch refuses such a factor without saying where. Infinity makes
/// the parameters infinite or NaN instead, which the tuner reports.
double in_float32(double factor) {
  const bool too_large = std::abs(factor) > std::numeric_limits<float>::max();
  return too_large ? std::copysign(std::numeric_limits<double>::infinity(), factor) : factor;
}

}  // namespace

AdamWState initial_state(const Tensors& parameters) {
  AdamWState state;
  for (const at::Tensor& parameter : parameters) {
    state.exp_avg.push_back(at::zeros_like(parameter));
    state.exp_avg_sq.push_back(at::zeros_like(parameter));
  }
  return state;
}

void update(Tensors& parameters, const Tensors& gradients, AdamWState& state, double learning_rate,
            const TuneOptions& options) {
  PINPOINT_EXPECT(parameters.size() == gradients.size() && parameters.size() == state.exp_avg.size());
  const auto [beta1, beta2] = options.betas;
  const auto t = static_cast<double>(++state.step);
  const double first_correction = 1 - std::pow(beta1, t), second_correction = 1 - std::pow(beta2, t);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const at::Tensor &m = state.exp_avg[i], &v = state.exp_avg_sq[i], &g = gradients[i];
    parameters[i].mul_(in_float32(1 - learning_rate * options.weight_decay));
    m.mul_(beta1).add_(g, 1 - beta1);
    v.mul_(beta2).addcmul_(g, g, 1 - beta2);
    const at::Tensor denominator = v.sqrt().div_(std::sqrt(second_correction)).add_(in_float32(options.eps));
    parameters[i].addcdiv_(m, denominator, in_float32(-learning_rate / first_correction));
  }
}

double squared_norm(const Tensors& tensors) {
  double sum = 0;
  for (const at::Tensor& tensor : tensors) sum += tensor.to(at::kDouble).square().sum().item<double>();
  return sum;
}

void clip(Tensors& gradients, double norm, double largest) {
  if (norm <= largest) return;
  for (at::Tensor& gradient : gradients) gradient.mul_(largest / norm);
}

}  // namespace pinpoint::tuning
