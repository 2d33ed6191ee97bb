#include "study/patching/whole_rows.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>

#include <algorithm>

namespace pinpoint::patching {
namespace {

using transformer::Work;

/// The owners of all samples' null rows: those of the tiles that hold them.
std::vector<int> null_owners(const std::vector<GroupPlace>& groups, int ranks) {
  std::vector<int> owners(static_cast<std::size_t>(groups.back().first + groups.back().layout.samples));
  for (const auto& [g, t, owner] : deal_tiles(groups, ranks)) {
    const GroupPlace& group = groups[g];
    const parallel::Range rows = group.layout.tile(t);
    for (std::int64_t row = rows.begin; row < std::min(rows.end, group.layout.null_rows); ++row)
      owners[static_cast<std::size_t>(group.first + row)] = owner;
  }
  return owners;
}

}  // namespace

WholeRows::WholeRows(const WalkParts& parts)
    : parts_(parts), tiles_(parts.groups.size()),
      null_exchange_(parts.world, null_owners(parts.groups, parts.world.size())) {
  for (const auto& [group, tile, owner] : deal_tiles(parts.groups, parts.world.size()))
    if (owner == parts.world.rank()) tiles_[group].emplace_back(parts.groups[group].layout, tile, parts.activations);
}

void WholeRows::advance(std::int64_t layer, const transformer::LayerWeights& weights, const PassTrace& mine) {
  const at::Tensor reference = parts_.samples.share(mine.reference);                              // [N, H*e]
  const at::Tensor counterfactual = parts_.samples.share(mine.counterfactual);                    // [N, H*e]
  const at::Tensor attention = parts_.samples.share(attention_of_mine(weights, mine.reference));  // [N, d]
  const std::int64_t width = parts_.transformer.config().head_width;
  add_differs((reference != counterfactual).view({-1, width}).any(1));

  for (std::size_t g = 0; g < tiles_.size(); ++g) {
    const GroupPlace& group = parts_.groups[g];
    const auto of_group = [&](const at::Tensor& all) { return all.narrow(0, group.first, group.layout.samples); };
    const WholeTrace trace{of_group(reference), of_group(counterfactual), of_group(attention), of_group(null_residual_),
                           differs_in(group)};
    for (WholeTile& tile : tiles_[g]) tile.advance(layer, weights, parts_.transformer, trace, parts_.operations);
  }
  null_residual_ = share_null_rows();
}

/// W_o z_A of this rank's samples, group by group. z: [mine, H*e]; returns [mine, d].
at::Tensor WholeRows::attention_of_mine(const transformer::LayerWeights& weights, const at::Tensor& z) {
  const std::vector<std::int64_t>& mine = parts_.samples.mine();
  std::vector<at::Tensor> attention{at::empty({0, weights.output.size(0)}, z.options().dtype(at::kFloat))};
  std::size_t begin = 0;
  for (const GroupPlace& group : parts_.groups) {
    std::vector<std::int64_t> in_group;
    const std::int64_t end = group.first + group.layout.samples;
    while (begin + in_group.size() < mine.size() && mine[begin + in_group.size()] < end)
      in_group.push_back(mine[begin + in_group.size()] - group.first);
    const auto count = static_cast<std::int64_t>(in_group.size());
    attention.push_back(null_attention(weights, group.layout, in_group,
                                       z.narrow(0, static_cast<std::int64_t>(begin), count), parts_.activations,
                                       parts_.operations));
    begin += in_group.size();
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
  for (std::size_t g = 0; g < tiles_.size(); ++g)
    for (const WholeTile& tile : tiles_[g])
      if (tile.rows().is_live()) expect_readout(parts_.groups[g], tile.rows().range(), tile.residual(), tokens);
}

void WholeRows::read(const transformer::VocabularyTile& vocabulary, const at::Tensor& /*logits*/) {
  std::size_t next = 0;
  for (const std::vector<WholeTile>& tiles : tiles_)
    for (const WholeTile& tile : tiles) {
      if (!tile.rows().is_live()) continue;
      // Normed anew for each tile of the vocabulary: kept, the normed rows would take as much memory as all rows do.
      const transformer::Tally tally = tile.rows().tally(parts_.operations, Work::unembedding, Work::null_unembedding);
      readouts_[next++].sum.add(parts_.transformer.logits_of_tile(tile.residual(), vocabulary, tally),
                                vocabulary.first);
      parts_.transformer.store().make_progress();
    }
}

}  // namespace pinpoint::patching
