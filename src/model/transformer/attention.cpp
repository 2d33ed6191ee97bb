#include "model/transformer/attention.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>

#include "model/transformer/attention_parts.h"
#include "model/transformer/rms_norm.h"
#include "system/device/matrix_product.h"

namespace pinpoint::transformer {
namespace {

/// softmax(q k^T / sqrt(e)) v, q [T, H, e] at positions first .. first+T-1 over keys and values [S, G, e] of positions
/// 0 .. S-1 = first+T-1. Returns [T, H*e].
at::Tensor mix(const at::Tensor& q, const at::Tensor& keys, const at::Tensor& values, std::int64_t first,
               std::int64_t window) {
  const at::Tensor mixed =
      device::bmm(attention_weights(q, keys, first, window), values.transpose(0, 1));  // [G, H/G * T, e]
  return unstack_groups(mixed, q.size(0)).reshape({q.size(0), -1});
}

/// The rows of `x` at the positions 0 .. end of a stretch.
at::Tensor seen_by(const Stack& stack, std::size_t i, const at::Tensor& x) {
  const Stretch& stretch = stack.stretches[i];
  const at::Tensor own = x.narrow(0, stack.begin(i), stretch.rows);
  if (!stretch.prefix) return own;
  return at::cat({x.narrow(0, stack.begin(*stretch.prefix), stretch.first), own});
}

/// Each stretch by itself: [rows, H*e] float32.
at::Tensor mix_stretches(const Stack& stack, const HeadRows& rows, std::int64_t window, const Tally& tally) {
  const std::int64_t heads = rows.query.size(1), width = rows.query.size(2);
  at::Tensor mixed = at::empty({rows.query.size(0), heads * width}, rows.query.options());
  for (std::size_t i = 0; i < stack.stretches.size(); ++i) {
    const Stretch& stretch = stack.stretches[i];
    mixed.narrow(0, stack.begin(i), stretch.rows)
        .copy_(mix(rows.query.narrow(0, stack.begin(i), stretch.rows), seen_by(stack, i, rows.key),
                   seen_by(stack, i, rows.value), stretch.first, window));
    if (tally.operations)
      (*tally.operations)[Work::attention] += 2 * 2 * heads * width * stretch.rows * (stretch.first + stretch.rows);
  }
  return mixed;
}

}  // namespace

at::Tensor attention(const LayerWeights& w, const ModelConfig& config, std::int64_t layer, const at::Tensor& x,
                     const Stack& stack, const Hook& hook, const Products& products, LayerTape* tape) {
  at::Tensor n = rms_norm(x, w.attention_norm, config.norm_epsilon).to(products.input_type(w.query));  // [rows, d]
  if (hook) hook({Site::attention_input, layer}, n);

  const ProjectedRows projected{products(n, w.query), products(n, w.key), products(n, w.value)};
  const HeadRows rows = place(projected, w, config, stack.angles);
  at::Tensor z = mix_stretches(stack, rows, config.window(layer), products.tally)
                     .to(products.input_type(w.output));  // [rows, H*e]
  if (hook) hook({Site::head_output, layer}, z);

  at::Tensor output = products(z, w.output).to(x.scalar_type());  // [rows, d]
  if (hook) hook({Site::attention_output, layer}, output);
  if (tape) {
    tape->query = projected.query;
    tape->key = projected.key;
    tape->value = projected.value;
    tape->z = z;
  }
  return output;
}

}  // namespace pinpoint::transformer
