#include <ATen/ops/bmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/triu.h>

#include <cmath>
#include <limits>

#include "model/layers.h"

namespace pinpoint::model {
namespace {

/// [rows, n*e] to [rows, n, e] float32.
at::Tensor split_heads(const at::Tensor& x, std::int64_t heads) {
  return x.to(at::kFloat).view({x.size(0), heads, -1});
}

/// Queries, rotated keys and values of some rows.
struct Projections {
  at::Tensor query;       // [rows, H, e]
  at::Tensor key, value;  // [rows, G, e]
};

/// softmax(q k^T / sqrt(e)) v under the causal mask, q [T, H, e] at positions first .. first+T-1 over keys and values
/// [S, G, e] of positions 0 .. S-1 = first+T-1: query heads g*(H/G) .. share group g, so that a group's queries are
/// stacked into one product. Returns [T, H*e].
at::Tensor mix(const at::Tensor& q, const at::Tensor& keys, const at::Tensor& values, std::int64_t first) {
  const std::int64_t length = q.size(0), heads = q.size(1), width = q.size(2);
  const std::int64_t seen = keys.size(0), groups = keys.size(1), shared = heads / groups;
  const at::Tensor stacked = q.transpose(0, 1).reshape({groups, shared * length, width});
  at::Tensor scores = at::bmm(stacked, keys.permute({1, 2, 0})).mul_(1 / std::sqrt(static_cast<double>(width)));
  const at::Tensor future =
      at::full({length, seen}, -std::numeric_limits<double>::infinity(), scores.options()).triu_(first + 1);
  scores = scores.view({groups, shared, length, seen}).add_(future);
  const at::Tensor weights = at::softmax(scores, -1).view({groups, shared * length, seen});
  const at::Tensor mixed = at::bmm(weights, values.transpose(0, 1));  // [G, H/G * T, e]
  return mixed.view({heads, length, width}).transpose(0, 1).reshape({length, heads * width});
}

/// The rows of `x` at the positions 0 .. end of a stretch.
at::Tensor seen_by(const Stack& stack, std::size_t i, const at::Tensor& x) {
  const Stretch& stretch = stack.stretches[i];
  const at::Tensor own = x.narrow(0, stack.begin(i), stretch.rows);
  if (!stretch.prefix) return own;
  return at::cat({x.narrow(0, stack.begin(*stretch.prefix), stretch.first), own});
}

/// Every stretch for itself: [rows, H*e] float32.
at::Tensor mix_stretches(const Stack& stack, const Projections& rows, const Tally& tally) {
  const std::int64_t heads = rows.query.size(1), width = rows.query.size(2);
  at::Tensor mixed = at::empty({rows.query.size(0), heads * width}, rows.query.options());
  for (std::size_t i = 0; i < stack.stretches.size(); ++i) {
    const Stretch& stretch = stack.stretches[i];
    mixed.narrow(0, stack.begin(i), stretch.rows)
        .copy_(mix(rows.query.narrow(0, stack.begin(i), stretch.rows), seen_by(stack, i, rows.key),
                   seen_by(stack, i, rows.value), stretch.first));
    if (tally.operations)
      (*tally.operations)[Work::attention] += 2 * 2 * heads * width * stretch.rows * (stretch.first + stretch.rows);
  }
  return mixed;
}

}  // namespace

at::Tensor attention(const LayerWeights& w, const ModelConfig& config, std::int64_t layer, const at::Tensor& x,
                     const Stack& stack, const Hook& hook, const Tally& tally) {
  at::Tensor n = rms_norm(x, w.attention_norm, config.norm_epsilon).to(w.query.scalar_type());  // [rows, d]
  if (hook) hook({Site::attention_input, layer}, n);

  const Projections rows{.query = stack.angles.rotate(split_heads(product(n, w.query, tally), config.heads)),
                         .key = stack.angles.rotate(split_heads(product(n, w.key, tally), config.kv_heads)),
                         .value = split_heads(product(n, w.value, tally), config.kv_heads)};
  at::Tensor z = mix_stretches(stack, rows, tally).to(w.output.scalar_type());  // [rows, H*e]
  if (hook) hook({Site::head_output, layer}, z);

  at::Tensor output = product(z, w.output, tally).to(at::kFloat);  // [rows, d]
  if (hook) hook({Site::attention_output, layer}, output);
  return output;
}

}  // namespace pinpoint::model
