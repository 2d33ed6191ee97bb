#include "model/transformer/rms_norm.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/rsqrt.h>

#include "system/base/check.h"

namespace pinpoint::transformer {

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double epsilon) {
  PINPOINT_EXPECT(x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble);
  return x * at::rsqrt(x.square().mean(-1, /*keepdim=*/true) + epsilon) * weight;
}

at::Tensor rms_norm_backward(const at::Tensor& x, const at::Tensor& weight, double epsilon, const at::Tensor& gradient,
                             std::int64_t layer, Norm norm, GradientSink& sink) {
  const at::Tensor inverse = at::rsqrt(x.square().mean(-1, /*keepdim=*/true) + epsilon);  // [.., 1]
  const at::Tensor normalised = x * inverse;
  sink.scaling(layer, norm, normalised, gradient);
  const at::Tensor scaled = gradient * weight;
  return (scaled - normalised * (scaled * normalised).mean(-1, /*keepdim=*/true)) * inverse;
}

}  // namespace pinpoint::transformer
