#include <ATen/ops/bmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/triu.h>

#include <cmath>
#include <limits>

#include "base/check.h"
#include "model/layers.h"

namespace pinpoint::model {
namespace {

/// [T, n*e] to [n, T, e] float32.
at::Tensor split_heads(const at::Tensor& x, std::int64_t heads) {
  return x.view({x.size(0), heads, -1}).transpose(0, 1).to(at::kFloat);
}

/// softmax(q k^T / sqrt(e)) v under the causal mask, q [H, T, e] at positions first .. first+T-1 over S = first + T
/// keys of G groups: query heads h*(H/G) .. share group h, so a group's queries are stacked into one product.
at::Tensor mix(const at::Tensor& q, const KeysValues& memory, std::int64_t first, const Tally& tally) {
  const std::int64_t heads = q.size(0), length = q.size(1), width = q.size(2);
  const std::int64_t groups = memory.keys.size(0), seen = memory.keys.size(1);
  PINPOINT_EXPECT(seen == first + length);
  const at::Tensor stacked = q.reshape({groups, heads / groups * length, width});
  at::Tensor scores = at::bmm(stacked, memory.keys.transpose(1, 2)).mul_(1 / std::sqrt(static_cast<double>(width)));
  const at::Tensor future =
      at::full({length, seen}, -std::numeric_limits<double>::infinity(), scores.options()).triu_(first + 1);
  scores = scores.view({groups, heads / groups, length, seen}).add_(future);  // [G, H/G, T, S]
  const at::Tensor weights = at::softmax(scores, -1).view({groups, heads / groups * length, seen});
  if (tally.operations) (*tally.operations)[Work::attention] += 2 * 2 * heads * length * seen * width;
  return at::bmm(weights, memory.values).view({heads, length, width});
}

KeysValues extend(const KeysValues* past, at::Tensor keys, at::Tensor values) {
  if (!past) return {std::move(keys), std::move(values)};
  return {at::cat({past->keys, keys}, 1), at::cat({past->values, values}, 1)};
}

}  // namespace

KeysValues KeysValues::first(std::int64_t positions) const {
  return {keys.narrow(1, 0, positions), values.narrow(1, 0, positions)};
}

AttentionResult attention(const LayerWeights& w, const ModelConfig& config, const Rotary& rotary, std::int64_t layer,
                          const at::Tensor& x, const Positions& positions, const Hook& hook, const Tally& tally) {
  at::Tensor n = rms_norm(x, w.attention_norm, config.norm_epsilon).to(w.query.scalar_type());  // [T, d]
  if (hook) hook({Site::attention_input, layer}, n);

  const at::Tensor q = rotary.rotate(split_heads(product(n, w.query, tally), config.heads), positions.first);
  const at::Tensor k = rotary.rotate(split_heads(product(n, w.key, tally), config.kv_heads), positions.first);
  const at::Tensor v = split_heads(product(n, w.value, tally), config.kv_heads);
  KeysValues memory = extend(positions.past, k, v.contiguous());

  at::Tensor z = mix(q, memory, positions.first, tally);                                        // [H, T, e]
  z = z.transpose(0, 1).reshape({x.size(0), config.heads_width()}).to(w.output.scalar_type());  // [T, H*e]
  if (hook) hook({Site::head_output, layer}, z);

  at::Tensor output = product(z, w.output, tally).to(at::kFloat);  // [T, d]
  if (hook) hook({Site::attention_output, layer}, output);
  return {output, std::move(memory)};
}

}  // namespace pinpoint::model
