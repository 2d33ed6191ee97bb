#include "study/patching/whole_tile.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/index.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include "model/transformer/mlp.h"
#include "system/base/check.h"

namespace pinpoint::patching {

using transformer::Products;
using transformer::Work;

at::Tensor null_attention(const transformer::LayerWeights& weights, const RowLayout& layout,
                          const std::vector<std::int64_t>& samples, const at::Tensor& z,
                          transformer::Activations activations, transformer::Operations& operations) {
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
    const Products products{activations,
                            {&operations, {{Work::null_joins, count}, {Work::padding, tile_rows - count}}}};
    const at::Tensor output = products(stacked, weights.output);
    attention.narrow(0, static_cast<std::int64_t>(begin), count).copy_(output.index_select(0, places));
  }
  return attention;
}

at::Tensor WholeTile::null_rows() const {
  PINPOINT_EXPECT(rows_.is_live());
  return residual_.narrow(0, 0, rows_.null_count());
}

void WholeTile::advance(std::int64_t layer, const transformer::LayerWeights& weights,
                        const transformer::Transformer& transformer, const WholeTrace& trace,
                        transformer::Operations& operations) {
  const std::int64_t joining_live = rows_.join(layer, trace.differs);
  if (!rows_.is_live()) return;

  if (!residual_.defined()) {
    residual_ = at::zeros({rows_.layout().tile_rows, trace.null_residual.size(1)}, trace.null_residual.options());
    if (const std::int64_t count = rows_.null_count(); count > 0)
      null_rows().copy_(trace.null_residual.narrow(0, rows_.range().begin, count));
  }
  at::Tensor attention = trace.attention.index_select(0, rows_.samples(trace.attention.device()));  // [M, d]
  if (joining_live > 0) join(layer, joining_live, weights, trace, attention, operations);
  residual_ += attention;
  residual_ += transformer::mlp(weights, transformer.config(), layer, residual_, {},
                                {activations_, rows_.tally(operations, Work::rows, Work::null_rows)});
  transformer.store().make_progress();
}

void WholeTile::join(std::int64_t layer, std::int64_t live, const transformer::LayerWeights& weights,
                     const WholeTrace& trace, at::Tensor& attention, transformer::Operations& operations) {
  const RowLayout& layout = rows_.layout();
  const parallel::Range joining = rows_.joining(layer);
  const std::int64_t first = joining.begin - rows_.range().begin, count = joining.size();
  const c10::Device device = attention.device();
  const at::Tensor samples = rows_.samples(device).narrow(0, first, count);  // [joining]
  const at::Tensor heads = rows_.joining_heads(layer, device);               // [joining]

  at::Tensor z = at::zeros({layout.tile_rows, trace.reference.size(1)}, trace.reference.options());  // [M, H*e]
  at::Tensor patched = trace.reference.index_select(0, samples).view({count, layout.heads, -1});     // [joining, H, e]
  const at::Tensor counterfactual = trace.counterfactual.view({layout.samples, layout.heads, -1});   // [n, H, e]
  const at::Tensor every_row = at::arange(count, samples.options());
  patched.index_put_({every_row, heads}, counterfactual.index({samples, heads}));
  z.narrow(0, first, count).copy_(patched.view({count, -1}));

  const Products products{activations_, {&operations, {{Work::joins, live}, {Work::padding, layout.tile_rows - live}}}};
  attention.narrow(0, first, count).copy_(products(z, weights.output).narrow(0, first, count));
  residual_.narrow(0, first, count).copy_(trace.null_residual.index_select(0, samples));
}

}  // namespace pinpoint::patching
