#include <ATen/TensorOperators.h>
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

/// x W^T + b, head by head: n [rows, d] to [rows, heads, e] float32; no bias where it is undefined.
at::Tensor project(const at::Tensor& n, const at::Tensor& weight, const at::Tensor& bias, std::int64_t heads,
                   const Tally& tally) {
  const at::Tensor projected = product(n, weight, tally).to(at::kFloat);
  return (bias.defined() ? projected + bias : projected).view({n.size(0), heads, -1});
}

/// Queries, rotated keys and values of some rows.
struct Projected {
  at::Tensor query;       // [rows, H, e]
  at::Tensor key, value;  // [rows, G, e]
};

/// What is added to the scores of queries at positions first .. first+T-1 and keys at 0 .. S-1, [T, S]: nothing where
/// the key is the query's own or one of the window - 1 before it, else -infinity.
at::Tensor mask(std::int64_t length, std::int64_t seen, std::int64_t first, std::int64_t window,
                const at::TensorOptions& options) {
  constexpr double hidden = -std::numeric_limits<double>::infinity();
  at::Tensor future = at::full({length, seen}, hidden, options).triu_(first + 1);
  return window < seen ? future.add_(at::full({length, seen}, hidden, options).tril_(first - window)) : future;
}

/// softmax(q k^T / sqrt(e)) v under the mask, q [T, H, e] at positions first .. first+T-1 over keys and values
/// [S, G, e] of positions 0 .. S-1 = first+T-1: query heads g*(H/G) .. share group g, so that a group's queries are
/// stacked into one product. Returns [T, H*e].
at::Tensor mix(const at::Tensor& q, const at::Tensor& keys, const at::Tensor& values, std::int64_t first,
               std::int64_t window) {
  const std::int64_t length = q.size(0), heads = q.size(1), width = q.size(2);
  const std::int64_t seen = keys.size(0), groups = keys.size(1), shared = heads / groups;
  const at::Tensor stacked = q.transpose(0, 1).reshape({groups, shared * length, width});
  at::Tensor scores = at::bmm(stacked, keys.permute({1, 2, 0})).mul_(1 / std::sqrt(static_cast<double>(width)));
  scores = scores.view({groups, shared, length, seen}).add_(mask(length, seen, first, window, scores.options()));
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
at::Tensor mix_stretches(const Stack& stack, const Projected& rows, std::int64_t window, const Tally& tally) {
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
                     const Stack& stack, const Hook& hook, const Tally& tally) {
  at::Tensor n = rms_norm(x, w.attention_norm, config.norm_epsilon).to(w.query.scalar_type());  // [rows, d]
  if (hook) hook({Site::attention_input, layer}, n);

  const auto norm = [&](const at::Tensor& heads, const at::Tensor& weight) {
    return weight.defined() ? rms_norm(heads, weight, config.norm_epsilon) : heads;
  };
  const at::Tensor query = norm(project(n, w.query, w.query_bias, config.heads, tally), w.query_norm);
  const at::Tensor key = norm(project(n, w.key, w.key_bias, config.kv_heads, tally), w.key_norm);
  const Projected rows{.query = stack.angles.rotate_queries(query),
                       .key = stack.angles.rotate(key),
                       .value = project(n, w.value, w.value_bias, config.kv_heads, tally)};
  at::Tensor z = mix_stretches(stack, rows, config.window(layer), tally).to(w.output.scalar_type());  // [rows, H*e]
  if (hook) hook({Site::head_output, layer}, z);

  at::Tensor output = product(z, w.output, tally).to(at::kFloat);  // [rows, d]
  if (hook) hook({Site::attention_output, layer}, output);
  return output;
}

}  // namespace pinpoint::model
