#include "patching/row_tile.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/index.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "base/check.h"

namespace pinpoint::patching {

using model::Work;

at::Tensor null_attention(const model::LayerWeights& weights, const RowLayout& layout,
                          const std::vector<std::int64_t>& samples, const at::Tensor& z,
                          model::Operations& operations) {
  const std::int64_t tile_rows = layout.tile_rows;
  at::Tensor attention = at::zeros({z.size(0), weights.output.size(0)}, z.options().dtype(at::kFloat));
  for (std::size_t begin = 0, end = 0; begin < samples.size(); begin = end) {
    const std::int64_t tile = samples[begin] / tile_rows;
    while (end < samples.size() && samples[end] / tile_rows == tile) ++end;
    const auto count = static_cast<std::int64_t>(end - begin);

    std::vector<std::int64_t> at_rows;
    for (std::size_t i = begin; i < end; ++i) at_rows.push_back(samples[i] - tile * tile_rows);
    const at::Tensor places = at::tensor(at_rows).to(z.device());
    at::Tensor stacked = at::zeros({tile_rows, z.size(1)}, z.options());  // [M, H*e]
    stacked.index_copy_(0, places, z.narrow(0, static_cast<std::int64_t>(begin), count));
    const at::Tensor output = model::product(
        stacked, weights.output, {&operations, {{Work::null_joins, count}, {Work::padding, tile_rows - count}}});
    attention.narrow(0, static_cast<std::int64_t>(begin), count).copy_(output.index_select(0, places));
  }
  return attention;
}

RowTile::RowTile(const RowLayout& layout, std::int64_t tile) : layout_(layout), range_(layout.tile(tile)) {
  std::vector<std::int64_t> samples(static_cast<std::size_t>(layout.tile_rows), 0);
  for (std::int64_t row = range_.begin; row < range_.end; ++row)
    samples[static_cast<std::size_t>(row - range_.begin)] = layout.place(row).sample;
  sample_of_row_ = at::tensor(samples);
}

parallel::Range RowTile::joining(std::int64_t layer) const {
  return {std::max(range_.begin, layout_.joined(layer - 1)), std::min(range_.end, layout_.joined(layer))};
}

std::int64_t RowTile::null_count() const {
  return std::max<std::int64_t>(0, std::min(range_.end, layout_.samples) - range_.begin);
}

at::Tensor RowTile::null_rows() const {
  PINPOINT_EXPECT(is_live());
  return residual_.narrow(0, 0, null_count());
}

model::Tally RowTile::tally(model::Operations& operations, Work patched, Work null) const {
  return {&operations,
          {{patched, live_}, {null, null_count()}, {Work::padding, layout_.tile_rows - live_ - null_count()}}};
}

void RowTile::advance(std::int64_t layer, const model::LayerWeights& weights, const model::Transformer& transformer,
                      const GroupTrace& trace, model::Operations& operations) {
  const parallel::Range joining = this->joining(layer);
  std::int64_t joining_live = 0;
  for (std::int64_t row = joining.begin; row < joining.end; ++row)
    joining_live += trace.differs[static_cast<std::size_t>(row - layout_.joined(layer - 1))];
  live_ += joining_live;
  if (live_ + null_count() == 0) return;

  if (!residual_.defined()) {
    residual_ = at::zeros({layout_.tile_rows, trace.null_residual.size(1)}, trace.null_residual.options());
    if (null_count() > 0) null_rows().copy_(trace.null_residual.narrow(0, range_.begin, null_count()));
    sample_of_row_ = sample_of_row_.to(trace.null_residual.device());
  }
  at::Tensor attention = trace.attention.index_select(0, sample_of_row_);  // [M, d]
  if (joining_live > 0) join(layer, joining_live, weights, trace, attention, operations);
  residual_ += attention;
  residual_ += model::mlp(weights, transformer.config(), residual_, tally(operations, Work::rows, Work::null_rows));
  transformer.store().advance();
}

void RowTile::join(std::int64_t layer, std::int64_t live, const model::LayerWeights& weights, const GroupTrace& trace,
                   at::Tensor& attention, model::Operations& operations) {
  const parallel::Range joining = this->joining(layer);
  const std::int64_t first = joining.begin - range_.begin, count = joining.size();
  std::vector<std::int64_t> head_of_row;
  for (std::int64_t row = joining.begin; row < joining.end; ++row) head_of_row.push_back(layout_.place(row).head);
  const at::Tensor samples = sample_of_row_.narrow(0, first, count);      // [joining]
  const at::Tensor heads = at::tensor(head_of_row).to(samples.device());  // [joining]

  at::Tensor z = at::zeros({layout_.tile_rows, trace.reference.size(1)}, trace.reference.options());  // [M, H*e]
  at::Tensor patched = trace.reference.index_select(0, samples).view({count, layout_.heads, -1});     // [joining, H, e]
  const at::Tensor counterfactual = trace.counterfactual.view({layout_.samples, layout_.heads, -1});  // [n, H, e]
  const at::Tensor every_row = at::arange(count, samples.options());
  patched.index_put_({every_row, heads}, counterfactual.index({samples, heads}));
  z.narrow(0, first, count).copy_(patched.view({count, -1}));

  const at::Tensor output = model::product(
      z, weights.output, {&operations, {{Work::joins, live}, {Work::padding, layout_.tile_rows - live}}});
  attention.narrow(0, first, count).copy_(output.narrow(0, first, count));
  residual_.narrow(0, first, count).copy_(trace.null_residual.index_select(0, samples));
}

}  // namespace pinpoint::patching
