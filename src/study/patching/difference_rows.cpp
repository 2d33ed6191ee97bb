#include "study/patching/difference_rows.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/silu.h>

namespace pinpoint::patching {

DifferenceRows::DifferenceRows(const WalkParts& parts) : parts_(parts), tiles_(parts.plan.sets.size()) {
  for (const auto& [set, tile, owner] : parts.plan.tiles)
    if (owner == parts.world.rank()) tiles_[set].emplace_back(parts.plan.sets[set].layout, tile);
}

void DifferenceRows::advance(std::int64_t layer, const transformer::LayerWeights& weights, const PassTrace& mine) {
  const at::Tensor heads = parts_.samples.share(mine.counterfactual - mine.reference);          // [N, H*e]
  const at::Tensor mid = parts_.samples.share(mine.mid);                                        // [N, d]
  const at::Tensor gate = parts_.samples.share(mine.gate), up = parts_.samples.share(mine.up);  // [N, f]
  const at::Tensor hidden = at::silu(gate).mul_(up);                                            // [N, f]
  add_differs((heads != 0).view({-1, parts_.transformer.config().head_width}).any(1));

  for (std::size_t s = 0; s < tiles_.size(); ++s) {
    const SetPlace& set = parts_.plan.sets[s];
    const auto of_set = [&](const at::Tensor& all) { return all.narrow(0, set.first, set.layout.samples); };
    const DifferenceTrace trace{of_set(heads), of_set(mid), of_set(gate), of_set(up), of_set(hidden), differs_in(set)};
    for (DifferenceTile& tile : tiles_[s]) tile.advance(layer, weights, parts_.transformer, trace, parts_.operations);
  }
}

void DifferenceRows::begin_read_out(const at::Tensor& residual, const std::vector<std::int64_t>& tokens) {
  null_residual_ = parts_.samples.share(residual);
  for (std::size_t s = 0; s < tiles_.size(); ++s)
    for (const DifferenceTile& tile : tiles_[s])
      if (tile.rows().is_live()) expect_readout(parts_.plan.sets[s], tile.rows().range(), tile.difference(), tokens);
}

void DifferenceRows::read(const transformer::VocabularyTile& vocabulary, const at::Tensor& logits) {
  const at::Tensor null_logits = parts_.samples.share(logits);  // [N, v]
  std::size_t next = 0;
  for (std::size_t s = 0; s < tiles_.size(); ++s) {
    const SetPlace& set = parts_.plan.sets[s];
    const auto of_set = [&](const at::Tensor& all) { return all.narrow(0, set.first, set.layout.samples); };
    for (DifferenceTile& tile : tiles_[s]) {
      if (!tile.rows().is_live()) continue;
      readouts_[next++].sum.add(
          tile.logits(vocabulary, parts_.transformer, of_set(null_residual_), of_set(null_logits), parts_.operations),
          vocabulary.first);
      parts_.transformer.store().make_progress();
    }
  }
}

}  // namespace pinpoint::patching
