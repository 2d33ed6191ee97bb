#include "model/transformer/backward.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/silu_backward.h>

#include "model/transformer/attention_backward.h"
#include "model/transformer/head_factors.h"
#include "model/transformer/product.h"
#include "model/transformer/products.h"
#include "model/transformer/rms_norm.h"

namespace pinpoint::transformer {
namespace {

/// dy W, computed in the weights' type, returned in the residual stream's.
at::Tensor through(const at::Tensor& gradient, const at::Tensor& weight) {
  return times(gradient.to(weight.scalar_type()), weight).to(wide_type(weight.scalar_type()));
}

/// From the gradient of the output of the MLP block (with the residual) to that of its input.
at::Tensor mlp_backward(std::int64_t layer, const LayerWeights& w, const ModelConfig& config, const LayerTape& tape,
                        const at::Tensor& gradient, GradientSink& sink) {
  const at::ScalarType type = w.down.scalar_type();
  const at::Tensor activated = at::silu(tape.gate);  // [rows, f]
  sink.product(layer, Matrix::down, activated * tape.up, gradient);
  const at::Tensor d_hidden = times(gradient.to(type), w.down);                         // [rows, f]
  const at::Tensor d_gate = at::silu_backward(d_hidden * tape.up, tape.gate);           // [rows, f]
  const at::Tensor d_up = d_hidden * activated;                                         // [rows, f]
  const at::Tensor n = rms_norm(tape.x_mid, w.mlp_norm, config.norm_epsilon).to(type);  // [rows, d]
  sink.product(layer, Matrix::gate, n, d_gate);
  sink.product(layer, Matrix::up, n, d_up);
  const at::Tensor d_n = through(d_gate, w.gate).add_(through(d_up, w.up));  // [rows, d]
  return gradient + rms_norm_backward(tape.x_mid, w.mlp_norm, config.norm_epsilon, d_n, layer, Norm::mlp, sink);
}

}  // namespace

at::Tensor backward(std::int64_t layer, const LayerWeights& w, const ModelConfig& config, const LayerTape& tape,
                    const Stack& stack, const at::Tensor& gradient, BelowLayer below, GradientSink& sink) {
  const at::Tensor d_mid = mlp_backward(layer, w, config, tape, gradient, sink);  // [rows, d]

  sink.product(layer, Matrix::output, tape.z, d_mid);
  at::Tensor d_z = through(d_mid, w.output);  // [rows, H*e]
  if (tape.head_factors.defined()) scale_heads(d_z, tape.head_factors);
  const ProjectedRows d = attention_backward(layer, w, config, {tape.query, tape.key, tape.value}, stack, d_z, sink);
  const at::Tensor n = rms_norm(tape.x, w.attention_norm, config.norm_epsilon).to(w.query.scalar_type());
  sink.product(layer, Matrix::query, n, d.query);
  sink.product(layer, Matrix::key, n, d.key);
  sink.product(layer, Matrix::value, n, d.value);
  if (below == BelowLayer::wants_none) return {};
  const at::Tensor d_n = through(d.query, w.query).add_(through(d.key, w.key)).add_(through(d.value, w.value));
  return d_mid + rms_norm_backward(tape.x, w.attention_norm, config.norm_epsilon, d_n, layer, Norm::attention, sink);
}

}  // namespace pinpoint::transformer
