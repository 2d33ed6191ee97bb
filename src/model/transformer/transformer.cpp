#include "model/transformer/transformer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>

#include <algorithm>

#include "model/transformer/attention.h"
#include "model/transformer/for_each_layer.h"
#include "model/transformer/head_factors.h"
#include "model/transformer/mlp.h"
#include "model/transformer/rms_norm.h"

namespace pinpoint::transformer {

Transformer::Transformer(WeightStore& store)
    : store_(store), rotary_(store.config(), store.options().device(), wide()) {}

at::Tensor Transformer::embed(const at::Tensor& ids) const { return store_.embedding_rows(ids).to(wide()); }

void Transformer::advance(std::int64_t layer, const LayerWeights& weights, at::Tensor& x, const Stack& stack,
                          const Hook& hook, const Products& products) const {
  x += attention(weights, config(), layer, x, stack, hook, products);
  store_.make_progress();
  x += mlp(weights, config(), layer, x, hook, products);
  store_.make_progress();
}

void Transformer::advance_recording(std::int64_t layer, const LayerWeights& weights, at::Tensor& x, const Stack& stack,
                                    LayerTape& tape) const {
  tape.x = x;
  tape.x_mid = x + attention(weights, config(), layer, x, stack, factor_hook(tape.head_factors), {}, &tape);
  store_.make_progress();
  x = tape.x_mid + mlp(weights, config(), layer, tape.x_mid, {}, {}, &tape);
  store_.make_progress();
}

void Transformer::for_each_vocabulary_tile(const std::function<void(const VocabularyTile&)>& visit) const {
  for (std::int64_t first = 0; first < config().vocabulary; first += vocabulary_tile) {
    const std::int64_t count = std::min(vocabulary_tile, config().vocabulary - first);
    const Lease<at::Tensor> stored = store_.lease_unembedding(first, count);
    visit({first, *stored, stored->to(wide())});
  }
}

at::Tensor Transformer::logits_of_tile(const at::Tensor& x, const VocabularyTile& tile, const Tally& tally) const {
  const Products products{.activations = Activations::wide, .tally = tally};
  return products(rms_norm(x, store_.final_norm(), config().norm_epsilon), tile.wide);
}

Readout Transformer::read_out(const at::Tensor& x, const std::vector<std::int64_t>& tokens) const {
  ReadoutSum sum(x.size(0), tokens, x.options());
  for_each_vocabulary_tile([&](const VocabularyTile& tile) { sum.add(logits_of_tile(x, tile, {}), tile.first); });
  return sum.finish();
}

at::Tensor Transformer::logits(const at::Tensor& ids, const Hook& hook) const {
  at::Tensor x = embed(ids);
  const Stack whole = stack({{.rows = ids.size(0)}});
  for_each_layer(store_,
                 [&](std::int64_t layer, const LayerWeights& weights) { advance(layer, weights, x, whole, hook, {}); });
  std::vector<at::Tensor> parts;
  for_each_vocabulary_tile([&](const VocabularyTile& tile) { parts.push_back(logits_of_tile(x, tile, {})); });
  return at::cat(parts, 1);
}

}  // namespace pinpoint::transformer
