#include "model/transformer/mlp.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/silu.h>

#include "model/transformer/rms_norm.h"

namespace pinpoint::transformer {

at::Tensor mlp(const LayerWeights& w, const ModelConfig& config, std::int64_t layer, const at::Tensor& x,
               const Hook& hook, const Products& products, LayerTape* tape) {
  const at::Tensor n = rms_norm(x, w.mlp_norm, config.norm_epsilon).to(products.input_type(w.gate));  // [rows, d]
  at::Tensor hidden = products(n, w.gate);                                                            // [rows, f]
  if (hook) hook({Site::gate, layer}, hidden);
  if (tape) tape->gate = hidden.clone();
  at::Tensor up = products(n, w.up);  // [rows, f]
  if (hook) hook({Site::up, layer}, up);
  if (tape) tape->up = up;
  at::silu_(hidden).mul_(up);
  at::Tensor output = products(hidden, w.down).to(x.scalar_type());  // [rows, d]
  if (hook) hook({Site::mlp_output, layer}, output);
  return output;
}

}  // namespace pinpoint::transformer
