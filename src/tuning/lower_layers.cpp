#include "tuning/lower_layers.h"

#include <ATen/ops/tensor.h>

#include <utility>

#include "parallel/collectives.h"

namespace pinpoint::tuning {

LowerLayers::LowerLayers(const model::Transformer& transformer, std::int64_t lowest, double cache_bytes,
                         parallel::Communicator world)
    : transformer_(transformer), lowest_(lowest), room_(lowest == 0 ? 0 : cache_bytes), world_(std::move(world)) {}

std::vector<at::Tensor> LowerLayers::residuals(const std::vector<IndexedDialogue>& round) {
  std::vector<IndexedDialogue> missing;
  for (const IndexedDialogue& member : round)
    if (!kept_.contains(member.index)) missing.push_back(member);
  std::vector<at::Tensor> computed;
  if (parallel::maximum(world_, static_cast<std::int64_t>(missing.size())) > 0) computed = compute(missing);

  std::vector<at::Tensor> all;
  std::size_t next = 0;
  for (const IndexedDialogue& member : round) {
    const auto found = kept_.find(member.index);
    const bool was_missing =
        next < missing.size() && missing[next].dialogue == member.dialogue && missing[next].index == member.index;
    if (!was_missing) {
      ++hits_;
      all.push_back(found->second);
      continue;
    }
    all.push_back(computed[next++]);
    keep(member.index, all.back());
  }
  return all;
}

std::vector<at::Tensor> LowerLayers::compute(const std::vector<IndexedDialogue>& dialogues) const {
  text::TokenIds ids;
  for (const IndexedDialogue& member : dialogues)
    ids.insert(ids.end(), member.dialogue->tokens.begin(), member.dialogue->tokens.end());
  const at::Tensor embedded = transformer_.embed(at::tensor(ids, at::kLong));  // [all rows, d]
  std::vector<at::Tensor> residuals;
  std::vector<model::Stack> stacks;
  std::int64_t begin = 0;
  for (const IndexedDialogue& member : dialogues) {
    const std::int64_t rows = member.dialogue->length();
    residuals.push_back(embedded.narrow(0, begin, rows).clone());
    stacks.push_back(transformer_.stack({{.rows = rows}}));
    begin += rows;
  }
  model::WeightStore& store = transformer_.store();
  for (std::int64_t layer = 0; layer < lowest_; ++layer) {
    const model::Lease<model::LayerWeights> weights = store.lease_layer(layer);
    store.prefetch_layer(layer + 1);
    for (std::size_t i = 0; i < residuals.size(); ++i)
      transformer_.advance(layer, *weights, residuals[i], stacks[i], {}, {});
  }
  return residuals;
}

void LowerLayers::keep(std::int64_t index, const at::Tensor& residual) {
  const auto bytes = static_cast<double>(residual.nbytes());
  if (bytes > room_) return;
  if (kept_.emplace(index, residual).second) room_ -= bytes;
}

}  // namespace pinpoint::tuning
