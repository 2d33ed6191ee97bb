#include "study/patching/difference_tile.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/index.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/zeros.h>

#include "model/transformer/rms_norm.h"

namespace pinpoint::patching {
namespace {

using transformer::difference_product;
using transformer::Work;

/// norm(x + d) - norm(x): the difference d [M, d] after a norm.
at::Tensor norm_difference(const at::Tensor& x, const at::Tensor& difference, const at::Tensor& weight,
                           double epsilon) {
  return transformer::rms_norm(x + difference, weight, epsilon).sub_(transformer::rms_norm(x, weight, epsilon));
}

}  // namespace

void DifferenceTile::advance(std::int64_t layer, const transformer::LayerWeights& weights,
                             const transformer::Transformer& transformer, const DifferenceTrace& trace,
                             transformer::Operations& operations) {
  const std::int64_t joining_live = rows_.join(layer, trace.differs);
  if (!rows_.is_live()) return;
  if (!difference_.defined())
    difference_ = at::zeros({rows_.layout().tile_rows, trace.mid.size(1)}, trace.mid.options());
  if (joining_live > 0) join(layer, joining_live, weights, trace, operations);

  const at::Tensor& samples = rows_.samples(trace.mid.device());
  const transformer::Tally tally = rows_.tally(operations, Work::rows, Work::null_rows);
  tally.add(2 * (weights.gate.numel() + weights.up.numel() + weights.down.numel()));
  const at::Tensor dn = norm_difference(trace.mid.index_select(0, samples), difference_, weights.mlp_norm,
                                        transformer.config().norm_epsilon);         // [M, d]
  at::Tensor gate = trace.gate.index_select(0, samples);                            // [M, f] g
  at::Tensor up = trace.up.index_select(0, samples);                                // [M, f] u
  at::silu_(gate.add_(difference_product(dn, weights.gate)));                       // silu(g + dg)
  up.add_(difference_product(dn, weights.up));                                      // u + du
  const at::Tensor dh = gate.mul_(up).sub_(trace.hidden.index_select(0, samples));  // [M, f]
  difference_ += difference_product(dh, weights.down);
  transformer.store().make_progress();
}

void DifferenceTile::join(std::int64_t layer, std::int64_t live, const transformer::LayerWeights& weights,
                          const DifferenceTrace& trace, transformer::Operations& operations) {
  const RowLayout& layout = rows_.layout();
  const parallel::Range joining = rows_.joining(layer);
  const std::int64_t first = joining.begin - rows_.range().begin, count = joining.size();
  const c10::Device device = trace.heads.device();
  const at::Tensor heads = rows_.joining_heads(layer, device);  // [joining]
  // Each head by its own columns, for the samples that have a joining head.
  const std::int64_t first_sample = layout.place(joining.begin).sample;
  const std::int64_t samples = layout.place(joining.end - 1).sample - first_sample + 1;  // S
  const std::int64_t of_a_row = 2 * weights.output.size(0) * (weights.output.size(1) / layout.heads);
  transformer::Tally{&operations, {{Work::joins, live}, {Work::padding, samples * layout.heads - live}}}.add(of_a_row);

  const at::Tensor z =
      trace.heads.narrow(0, first_sample, samples).view({samples, layout.heads, -1}).transpose(0, 1);  // [H, S, e]
  const at::Tensor joined = transformer::difference_product_by_head(z, weights.output);                // [H, S, d]
  const at::Tensor places = rows_.samples(device).narrow(0, first, count) - first_sample;              // [joining]
  difference_.narrow(0, first, count).copy_(joined.index({heads, places}));
}

at::Tensor DifferenceTile::logits(const transformer::VocabularyTile& tile, const transformer::Transformer& transformer,
                                  const at::Tensor& null_residual, const at::Tensor& null_logits,
                                  transformer::Operations& operations) {
  rows_.tally(operations, Work::unembedding, Work::null_unembedding).add(2 * tile.stored.numel());
  const at::Tensor& samples = rows_.samples(null_logits.device());
  const at::Tensor dn = norm_difference(null_residual.index_select(0, samples), difference_,
                                        transformer.store().final_norm(), transformer.config().norm_epsilon);  // [M, d]
  return null_logits.index_select(0, samples).add_(difference_product(dn, tile.stored));
}

}  // namespace pinpoint::patching
