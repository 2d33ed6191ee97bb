#include "study/tuning/cross_entropy.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/expm1.h>
#include <ATen/ops/full.h>
#include <ATen/ops/logaddexp.h>
#include <ATen/ops/nonzero.h>
#include <ATen/ops/zeros_like.h>

#include <limits>

#include "model/transformer/rms_norm.h"
#include "system/device/matrix_product.h"

namespace pinpoint::tuning {
namespace {

/// logits [n, v] -> [n] float64. The sum omits the largest term: if that term has nearly all of the probability, the
/// others would be lost in float32 beside it.
at::Tensor logsumexp_of(const at::Tensor& logits) {
  const auto [largest, place] = logits.max(-1, /*keepdim=*/true);
  const at::Tensor others = (logits - largest).exp_().scatter_(-1, place, 0).sum(-1);
  return others.to(at::kDouble).log1p_() + largest.squeeze(1);
}

/// The rows whose target is a column of the tile, and that column.
struct Hits {
  at::Tensor rows, columns;  // [h] 64-bit

  Hits(const at::Tensor& targets, std::int64_t first, std::int64_t count)
      : rows(at::nonzero((targets >= first).logical_and(targets < first + count)).flatten()),
        columns(targets.index_select(0, rows) - first) {}
};

}  // namespace

LossGradient cross_entropy(const transformer::Transformer& transformer, const at::Tensor& x, const TargetRows& targets,
                           double scale, transformer::GradientSink& sink) {
  if (targets.rows.size(0) == 0) {
    transformer.for_each_vocabulary_tile([](const transformer::VocabularyTile&) {});
    transformer.for_each_vocabulary_tile([&](const transformer::VocabularyTile& tile) { sink.tile_done(tile.first); });
    return {};
  }
  const double epsilon = transformer.config().norm_epsilon;
  const at::Tensor final_norm = transformer.store().final_norm();
  const at::Tensor picked = x.index_select(0, targets.rows);                     // [n, d]
  const at::Tensor normed = transformer::rms_norm(picked, final_norm, epsilon);  // [n, d]
  const auto in_float64 = x.options().dtype(at::kDouble);
  at::Tensor logsumexp = at::full({picked.size(0)}, -std::numeric_limits<double>::infinity(), in_float64);
  at::Tensor of_target = at::empty({picked.size(0)}, in_float64);
  transformer.for_each_vocabulary_tile([&](const transformer::VocabularyTile& tile) {
    const at::Tensor logits = transformer::wide_product(normed, tile.wide);  // [n, v]
    logsumexp = at::logaddexp(logsumexp, logsumexp_of(logits));
    const Hits hits(targets.targets, tile.first, tile.wide.size(0));
    of_target.index_copy_(0, hits.rows, logits.index({hits.rows, hits.columns}).to(at::kDouble));
    transformer.store().make_progress();
  });

  const at::Tensor losses = logsumexp - of_target;                        // [n]
  const at::Tensor d_of_target = at::expm1(-losses).to(x.scalar_type());  // [n] p - 1, to its last digit
  at::Tensor d_normed = at::zeros_like(normed);
  const at::Tensor shift = logsumexp.to(x.scalar_type()).unsqueeze(1);  // [n, 1]
  transformer.for_each_vocabulary_tile([&](const transformer::VocabularyTile& tile) {
    at::Tensor d_logits = (transformer::wide_product(normed, tile.wide) - shift).exp_();  // p, then p - 1 at the target
    const Hits hits(targets.targets, tile.first, tile.wide.size(0));
    d_logits.index_put_({hits.rows, hits.columns}, d_of_target.index_select(0, hits.rows)).mul_(scale);
    sink.unembedding(tile.first, normed, d_logits);
    sink.tile_done(tile.first);
    d_normed.add_(device::mm(d_logits, tile.wide));
    transformer.store().make_progress();
  });
  const at::Tensor d_picked = transformer::rms_norm_backward(picked, final_norm, epsilon, d_normed, /*layer=*/-1,
                                                             transformer::Norm::final, sink);
  return {losses, at::zeros_like(x).index_copy_(0, targets.rows, d_picked)};
}

}  // namespace pinpoint::tuning
