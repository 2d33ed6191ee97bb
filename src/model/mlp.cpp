#include <ATen/TensorOperators.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/silu.h>

#include "base/check.h"
#include "model/layers.h"
#include "model/product.h"

namespace pinpoint::model {

at::Tensor product(const at::Tensor& x, const at::Tensor& weight, const Tally& tally) {
  PINPOINT_EXPECT(x.dim() == 2 && x.size(1) == weight.size(1));
  tally.add(2 * weight.size(0) * weight.size(1));
  return times_transposed(x, weight);
}

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double epsilon) {
  PINPOINT_EXPECT(x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble);
  return x * at::rsqrt(x.square().mean(-1, /*keepdim=*/true) + epsilon) * weight;
}

at::Tensor mlp(const LayerWeights& w, const ModelConfig& config, const at::Tensor& x, const Tally& tally,
               LayerTape* tape) {
  const at::Tensor n = rms_norm(x, w.mlp_norm, config.norm_epsilon).to(w.gate.scalar_type());  // [rows, d]
  at::Tensor hidden = product(n, w.gate, tally);                                               // [rows, f]
  if (tape) tape->gate = hidden.clone();
  const at::Tensor up = product(n, w.up, tally);  // [rows, f]
  if (tape) tape->up = up;
  at::silu_(hidden).mul_(up);
  return product(hidden, w.down, tally).to(x.scalar_type());  // [rows, d]
}

}  // namespace pinpoint::model
