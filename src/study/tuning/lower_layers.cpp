#include "study/tuning/lower_layers.h"

#include <ATen/ops/tensor.h>

#include <utility>

#include "model/transformer/for_each_layer.h"
#include "system/parallel/collectives.h"

namespace pinpoint::tuning {

at::Tensor tokens_of(const std::vector<IndexedDialogue>& dialogues) {
  text::TokenIds ids;
  for (const IndexedDialogue& member : dialogues)
    ids.insert(ids.end(), member.dialogue->tokens.begin(), member.dialogue->tokens.end());
  return at::tensor(ids, at::kLong);
}

LowerLayers::LowerLayers(const transformer::Transformer& transformer, std::int64_t lowest, double cache_bytes,
                         parallel::Communicator world)
    : transformer_(transformer), lowest_(lowest), room_(lowest == 0 ? 0 : cache_bytes), world_(std::move(world)) {}

std::vector<at::Tensor> LowerLayers::residuals(const std::vector<IndexedDialogue>& round) {
  std::vector<IndexedDialogue> missing;
  std::unordered_map<std::int64_t, at::Tensor> computed;  // undefined until computed
  for (const IndexedDialogue& member : round)
    if (!kept_.contains(member.index) && computed.emplace(member.index, at::Tensor()).second) missing.push_back(member);
  hits_ += std::ssize(round) - std::ssize(missing);
  if (parallel::maximum(world_, std::ssize(missing)) > 0) {
    const std::vector<at::Tensor> residuals = compute(missing);
    for (std::size_t i = 0; i < missing.size(); ++i) computed[missing[i].index] = residuals[i];
  }
  std::vector<at::Tensor> all;
  for (const IndexedDialogue& member : round) {
    const auto found = computed.find(member.index);
    all.push_back(found == computed.end() ? kept_.at(member.index) : found->second);
  }
  for (const auto& [index, residual] : computed) keep(index, residual);
  return all;
}

std::vector<at::Tensor> LowerLayers::compute(const std::vector<IndexedDialogue>& dialogues) const {
  const at::Tensor embedded = transformer_.embed(tokens_of(dialogues));  // [all rows, d]
  std::vector<at::Tensor> residuals;
  std::vector<transformer::Stack> stacks;
  std::int64_t begin = 0;
  for (const IndexedDialogue& member : dialogues) {
    const std::int64_t rows = member.dialogue->length();
    residuals.push_back(embedded.narrow(0, begin, rows).clone());
    stacks.push_back(transformer_.stack({{.rows = rows}}));
    begin += rows;
  }
  transformer::for_each_layer(transformer_.store(), {.begin = 0, .end = lowest_, .next = lowest_},
                              [&](std::int64_t layer, const transformer::LayerWeights& weights) {
                                for (std::size_t i = 0; i < residuals.size(); ++i)
                                  transformer_.advance(layer, weights, residuals[i], stacks[i], {}, {});
                              });
  return residuals;
}

void LowerLayers::keep(std::int64_t index, const at::Tensor& residual) {
  const auto bytes = static_cast<double>(residual.nbytes());
  if (bytes > room_) return;
  if (kept_.emplace(index, residual).second) room_ -= bytes;
}

}  // namespace pinpoint::tuning
