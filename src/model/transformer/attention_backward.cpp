#include "model/transformer/attention_backward.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>

#include <cmath>

#include "model/transformer/rms_norm.h"
#include "system/base/check.h"
#include "system/device/matrix_product.h"

namespace pinpoint::transformer {
namespace {

/// One stretch. P = softmax(S), S = Q K^T / sqrt(e), Z = P V give dV = P^T dZ, dP = dZ V^T,
/// dS = P * (dP - rowsum(P * dP)), dQ = dS K / sqrt(e), dK = dS^T Q / sqrt(e), group by group.
/// \param rows of this stretch only \param gradient dZ [T, H, e]
HeadRows unmix(const HeadRows& rows, std::int64_t window, const at::Tensor& gradient) {
  const std::int64_t length = rows.query.size(0), groups = rows.key.size(1);
  const double scale = 1 / std::sqrt(static_cast<double>(rows.query.size(2)));
  const at::Tensor weights = attention_weights(rows.query, rows.key, /*first=*/0, window);  // [G, H/G * T, T]
  const at::Tensor dz = stack_groups(gradient, groups);                                     // [G, H/G * T, e]
  at::Tensor ds = device::bmm(dz, rows.value.permute({1, 2, 0}));                           // dP [G, H/G * T, T]
  ds.sub_((weights * ds).sum(-1, /*keepdim=*/true)).mul_(weights).mul_(scale);
  const at::Tensor turned = ds.transpose(1, 2);
  return {.query = unstack_groups(device::bmm(ds, rows.key.transpose(0, 1)), length),
          .key = device::bmm(turned, stack_groups(rows.query, groups)).transpose(0, 1),
          .value = device::bmm(weights.transpose(1, 2), dz).transpose(0, 1)};
}

HeadRows unmix_stretches(const Stack& stack, const HeadRows& rows, std::int64_t window, const at::Tensor& gradient) {
  HeadRows all{at::empty_like(rows.query), at::empty_like(rows.key), at::empty_like(rows.value)};
  for (std::size_t i = 0; i < stack.stretches.size(); ++i) {
    PINPOINT_EXPECT(!stack.stretches[i].prefix);
    const auto own = [&](const at::Tensor& x) { return x.narrow(0, stack.begin(i), stack.stretches[i].rows); };
    const HeadRows part = unmix({own(rows.query), own(rows.key), own(rows.value)}, window, own(gradient));
    own(all.query).copy_(part.query);
    own(all.key).copy_(part.key);
    own(all.value).copy_(part.value);
  }
  return all;
}

}  // namespace

ProjectedRows attention_backward(std::int64_t layer, const LayerWeights& w, const ModelConfig& config,
                                 const ProjectedRows& projected, const Stack& stack, const at::Tensor& gradient,
                                 GradientSink& sink) {
  const HeadRows rows = place(projected, w, config, stack.angles);
  HeadRows grad = unmix_stretches(stack, rows, config.window(layer), gradient.view(rows.query.sizes()));
  grad.query = stack.angles.rotate_queries_back(grad.query);
  grad.key = stack.angles.rotate_back(grad.key);
  if (w.query_norm.defined()) {
    grad.query = rms_norm_backward(with_bias(projected.query, w.query_bias, config.heads), w.query_norm,
                                   config.norm_epsilon, grad.query, layer, Norm::query, sink);
    grad.key = rms_norm_backward(with_bias(projected.key, w.key_bias, config.kv_heads), w.key_norm, config.norm_epsilon,
                                 grad.key, layer, Norm::key, sink);
  }
  return {grad.query.flatten(1), grad.key.flatten(1), grad.value.flatten(1)};
}

}  // namespace pinpoint::transformer
