#include "model/transformer/attention_parts.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/triu.h>

#include <cmath>
#include <limits>

#include "model/transformer/products.h"
#include "model/transformer/rms_norm.h"
#include "system/device/matrix_product.h"

namespace pinpoint::transformer {
namespace {

/// Added to the scores of queries at positions first .. first+T-1 and keys at 0 .. S-1, [T, S]: 0 for the query's own
/// key and the window - 1 keys before it, else -infinity.
at::Tensor mask(std::int64_t length, std::int64_t seen, std::int64_t first, std::int64_t window,
                const at::TensorOptions& options) {
  constexpr double hidden = -std::numeric_limits<double>::infinity();
  at::Tensor future = at::full({length, seen}, hidden, options).triu_(first + 1);
  return window < seen ? future.add_(at::full({length, seen}, hidden, options).tril_(first - window)) : future;
}

}  // namespace

at::Tensor with_bias(const at::Tensor& x, const at::Tensor& bias, std::int64_t heads) {
  const at::Tensor wide = x.to(wide_type(x.scalar_type()));
  return (bias.defined() ? wide + bias : wide).view({x.size(0), heads, -1});
}

HeadRows place(const ProjectedRows& projected, const LayerWeights& w, const ModelConfig& config,
               const RotaryAngles& angles) {
  const auto norm = [&](const at::Tensor& heads, const at::Tensor& weight) {
    return weight.defined() ? rms_norm(heads, weight, config.norm_epsilon) : heads;
  };
  const at::Tensor query = norm(with_bias(projected.query, w.query_bias, config.heads), w.query_norm);
  const at::Tensor key = norm(with_bias(projected.key, w.key_bias, config.kv_heads), w.key_norm);
  return {.query = angles.rotate_queries(query),
          .key = angles.rotate(key),
          .value = with_bias(projected.value, w.value_bias, config.kv_heads)};
}

at::Tensor stack_groups(const at::Tensor& heads, std::int64_t groups) {
  const std::int64_t shared = heads.size(1) / groups;
  return heads.transpose(0, 1).reshape({groups, shared * heads.size(0), heads.size(2)});
}

at::Tensor unstack_groups(const at::Tensor& stacked, std::int64_t length) {
  return stacked.reshape({-1, length, stacked.size(2)}).transpose(0, 1);
}

at::Tensor attention_weights(const at::Tensor& q, const at::Tensor& keys, std::int64_t first, std::int64_t window) {
  const std::int64_t length = q.size(0), heads = q.size(1), width = q.size(2);
  const std::int64_t seen = keys.size(0), groups = keys.size(1), shared = heads / groups;
  at::Tensor scores = device::bmm(stack_groups(q, groups), keys.permute({1, 2, 0}));  // [G, H/G * T, S]
  scores.mul_(1 / std::sqrt(static_cast<double>(width)));
  scores = scores.view({groups, shared, length, seen}).add_(mask(length, seen, first, window, scores.options()));
  return at::softmax(scores, -1).view({groups, shared * length, seen});
}

}  // namespace pinpoint::transformer
