#include "support/double_store.h"

#include <ATen/ops/arange.h>

#include <array>

#include "model/transformer/for_each_layer.h"

namespace pinpoint::test {
namespace {

using transformer::LayerWeights;

at::Tensor in_float64(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.to(at::kDouble, /*non_blocking=*/false, /*copy=*/true) : tensor;
}

constexpr std::array members{&LayerWeights::attention_norm,
                             &LayerWeights::query,
                             &LayerWeights::key,
                             &LayerWeights::value,
                             &LayerWeights::query_bias,
                             &LayerWeights::key_bias,
                             &LayerWeights::value_bias,
                             &LayerWeights::query_norm,
                             &LayerWeights::key_norm,
                             &LayerWeights::output,
                             &LayerWeights::mlp_norm,
                             &LayerWeights::gate,
                             &LayerWeights::up,
                             &LayerWeights::down};

}  // namespace

DoubleStore::DoubleStore(transformer::WeightStore& store) : config_(store.config()) {
  transformer::for_each_layer(store, [this](std::int64_t /*layer*/, const LayerWeights& weights) {
    layers.push_back(weights);
    for (const auto member : members) layers.back().*member = in_float64(layers.back().*member);
  });
  embedding = in_float64(store.embedding_rows(at::arange(config_.vocabulary)));
  unembedding = in_float64(*store.lease_unembedding(0, config_.vocabulary));
  final_norm_weight = in_float64(store.final_norm());
}

transformer::Lease<LayerWeights> DoubleStore::lease_layer(std::int64_t layer) {
  return std::make_shared<LayerWeights>(layers.at(static_cast<std::size_t>(layer)));
}

transformer::Lease<at::Tensor> DoubleStore::lease_unembedding(std::int64_t first, std::int64_t count) {
  return std::make_shared<at::Tensor>(unembedding.narrow(0, first, count));
}

}  // namespace pinpoint::test
