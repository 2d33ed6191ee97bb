#include "study/patching/whole_rows.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>

namespace pinpoint::patching {

using transformer::Work;

WholeRows::WholeRows(const WalkParts& parts)
    : parts_(parts), tiles_(parts.plan.sets.size()), null_exchange_(parts.world, parts.plan.null_row_owners()) {
  for (const auto& [set, tile, owner] : parts.plan.tiles)
    if (owner == parts.world.rank()) tiles_[set].emplace_back(parts.plan.sets[set].layout, tile, parts.activations);
}

void WholeRows::advance(std::int64_t layer, const transformer::LayerWeights& weights, const PassTrace& mine) {
  const at::Tensor reference = parts_.samples.share(mine.reference);                              // [N, H*e]
  const at::Tensor counterfactual = parts_.samples.share(mine.counterfactual);                    // [N, H*e]
  const at::Tensor attention = parts_.samples.share(attention_of_mine(weights, mine.reference));  // [N, d]
  const std::int64_t width = parts_.transformer.config().head_width;
  add_differs((reference != counterfactual).view({-1, width}).any(1));

  for (std::size_t s = 0; s < tiles_.size(); ++s) {
    const SetPlace& set = parts_.plan.sets[s];
    const auto of_set = [&](const at::Tensor& all) { return all.narrow(0, set.first, set.layout.samples); };
    const WholeTrace trace{of_set(reference), of_set(counterfactual), of_set(attention), of_set(null_residual_),
                           differs_in(set)};
    for (WholeTile& tile : tiles_[s]) tile.advance(layer, weights, parts_.transformer, trace, parts_.operations);
  }
  null_residual_ = share_null_rows();
}

/// W_o z_A of this rank's samples, set by set. z: [mine, H*e]; returns [mine, d].
at::Tensor WholeRows::attention_of_mine(const transformer::LayerWeights& weights, const at::Tensor& z) {
  const std::vector<std::int64_t>& mine = parts_.samples.mine();
  std::vector<at::Tensor> attention{at::empty({0, weights.output.size(0)}, z.options().dtype(at::kFloat))};
  std::size_t begin = 0;
  for (const SetPlace& set : parts_.plan.sets) {
    std::vector<std::int64_t> in_set;
    const std::int64_t end = set.first + set.layout.samples;
    while (begin + in_set.size() < mine.size() && mine[begin + in_set.size()] < end)
      in_set.push_back(mine[begin + in_set.size()] - set.first);
    const auto count = static_cast<std::int64_t>(in_set.size());
    attention.push_back(null_attention(weights, set.layout, in_set,
                                       z.narrow(0, static_cast<std::int64_t>(begin), count), parts_.activations,
                                       parts_.operations));
    begin += in_set.size();
  }
  return at::cat(attention);
}

at::Tensor WholeRows::share_null_rows() const {
  std::vector<at::Tensor> mine{at::empty({0, null_residual_.size(1)}, null_residual_.options())};
  for (const std::vector<WholeTile>& tiles : tiles_)
    for (const WholeTile& tile : tiles)
      if (tile.rows().null_count() > 0) mine.push_back(tile.null_rows());
  return null_exchange_.share(at::cat(mine));
}

void WholeRows::begin_read_out(const at::Tensor& /*residual*/, const std::vector<std::int64_t>& tokens) {
  for (std::size_t s = 0; s < tiles_.size(); ++s)
    for (const WholeTile& tile : tiles_[s])
      if (tile.rows().is_live()) expect_readout(parts_.plan.sets[s], tile.rows().range(), tile.residual(), tokens);
}

void WholeRows::read(const transformer::VocabularyTile& vocabulary, const at::Tensor& /*logits*/) {
  std::size_t next = 0;
  for (const std::vector<WholeTile>& tiles : tiles_)
    for (const WholeTile& tile : tiles) {
      if (!tile.rows().is_live()) continue;
      // Normed again for each vocabulary tile, because the normed rows would take as much memory as the rows.
      const transformer::Tally tally = tile.rows().tally(parts_.operations, Work::unembedding, Work::null_unembedding);
      readouts_[next++].sum.add(parts_.transformer.logits_of_tile(tile.residual(), vocabulary, tally),
                                vocabulary.first);
      parts_.transformer.store().make_progress();
    }
}

}  // namespace pinpoint::patching
