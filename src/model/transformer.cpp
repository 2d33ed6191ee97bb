#include "model/transformer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/logaddexp.h>
#include <ATen/ops/logsumexp.h>

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "model/head_factors.h"
#include "model/vocabulary_tile.h"

namespace pinpoint::model {
namespace {

/// Folds the logits of one vocabulary tile, [rows, v], into a readout. The logsumexp is carried in float64.
struct ReadoutSum {
  at::Tensor logits;     // [rows, R] float32
  at::Tensor logsumexp;  // [rows] float64

  void add(const at::Tensor& tile_logits, std::int64_t first, const std::vector<std::int64_t>& tokens) {
    logsumexp = at::logaddexp(logsumexp, at::logsumexp(tile_logits, -1).to(at::kDouble));
    for (std::size_t r = 0; r < tokens.size(); ++r) {
      const std::int64_t column = tokens[r] - first;
      if (0 <= column && column < tile_logits.size(1))
        logits.select(1, static_cast<std::int64_t>(r)).copy_(tile_logits.select(1, column));
    }
  }
};

}  // namespace

Transformer::Transformer(WeightStore& store)
    : store_(store), rotary_(store.config(), store.options().device(), wide()) {}

at::Tensor Transformer::embed(const at::Tensor& ids) const { return store_.embedding_rows(ids).to(wide()); }

void Transformer::advance(std::int64_t layer, const LayerWeights& weights, at::Tensor& x, const Stack& stack,
                          const Hook& hook, const Tally& tally) const {
  x += attention(weights, config(), layer, x, stack, hook, tally);
  store_.advance();
  at::Tensor added = mlp(weights, config(), x, tally);
  if (hook) hook({Site::mlp_output, layer}, added);
  x += added;
  store_.advance();
}

void Transformer::advance_recording(std::int64_t layer, const LayerWeights& weights, at::Tensor& x, const Stack& stack,
                                    LayerTape& tape) const {
  tape.x = x;
  tape.x_mid = x + attention(weights, config(), layer, x, stack, factor_hook(tape.head_factors), {}, &tape);
  store_.advance();
  x = tape.x_mid + mlp(weights, config(), tape.x_mid, {}, &tape);
  store_.advance();
}

void Transformer::for_each_vocabulary_tile(
    const std::function<void(std::int64_t first, const at::Tensor& unembedding)>& visit) const {
  for (std::int64_t first = 0; first < config().vocabulary; first += vocabulary_tile) {
    const std::int64_t count = std::min(vocabulary_tile, config().vocabulary - first);
    visit(first, store_.lease_unembedding(first, count)->to(wide()));
  }
}

std::vector<Readout> Transformer::read_out(const std::vector<at::Tensor>& tiles,
                                           const std::vector<std::int64_t>& tokens,
                                           const std::vector<Tally>& tallies) const {
  PINPOINT_EXPECT(tiles.size() == tallies.size());
  const at::TensorOptions on_device = store_.options().dtype(wide());
  const at::Tensor norm = store_.final_norm();
  std::vector<ReadoutSum> sums;
  for (const at::Tensor& x : tiles) {
    sums.push_back({at::empty({x.size(0), static_cast<std::int64_t>(tokens.size())}, on_device),
                    at::full({x.size(0)}, -std::numeric_limits<double>::infinity(), on_device.dtype(at::kDouble))});
  }
  for_each_vocabulary_tile([&](std::int64_t first, const at::Tensor& unembedding) {
    for (std::size_t i = 0; i < tiles.size(); ++i) {
      // Normed anew for each tile of the vocabulary: kept, the normed rows would take as much memory as all rows do.
      const at::Tensor normed = rms_norm(tiles[i], norm, config().norm_epsilon);
      sums[i].add(product(normed, unembedding, tallies[i]), first, tokens);
      store_.advance();
    }
  });
  std::vector<Readout> readouts;
  for (const ReadoutSum& sum : sums) readouts.push_back({sum.logits, sum.logsumexp.to(at::kFloat)});
  return readouts;
}

at::Tensor Transformer::logits(const at::Tensor& ids, const Hook& hook) const {
  at::Tensor x = embed(ids);
  const Stack whole = stack({{.rows = ids.size(0)}});
  for (std::int64_t layer = 0; layer < config().layers; ++layer) {
    const Lease<LayerWeights> weights = store_.lease_layer(layer);
    if (layer + 1 < config().layers) store_.prefetch_layer(layer + 1);
    advance(layer, *weights, x, whole, hook, {});
  }
  const at::Tensor normed = rms_norm(x, store_.final_norm(), config().norm_epsilon);
  std::vector<at::Tensor> parts;
  for_each_vocabulary_tile(
      [&](std::int64_t, const at::Tensor& unembedding) { parts.push_back(product(normed, unembedding, {})); });
  return at::cat(parts, 1);
}

}  // namespace pinpoint::model
