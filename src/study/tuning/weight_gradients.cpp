#include "study/tuning/weight_gradients.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/nonzero.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <utility>

#include "model/transformer/product.h"
#include "model/transformer/vocabulary_tile.h"
#include "model/transformer/weight_members.h"
#include "system/base/check.h"
#include "system/device/matrix_product.h"
#include "system/device/upload.h"
#include "system/parallel/collectives.h"

namespace pinpoint::tuning {
namespace {

using parallel::Range;

/// target += gradient^T input, [out, in]. The product has the type in which such weights are multiplied.
void add_product(at::Tensor target, const at::Tensor& input, const at::Tensor& gradient) {
  const at::ScalarType type = transformer::product_type(input.scalar_type(), input.device());
  if (type == target.scalar_type())
    device::add_mm(target, gradient.to(type).t(), input.to(type));
  else
    target.add_(device::mm(gradient.to(type).t(), input.to(type)));
}

/// For every unit, the elements that each rank of the group keeps.
std::vector<std::vector<Range>> parts_of(const std::vector<weights::WeightUnit>& units,
                                         const parallel::Communicator& group) {
  std::vector<std::int64_t> own;
  for (const weights::WeightUnit& unit : units) own.insert(own.end(), {unit.own.begin, unit.own.end});
  const at::Tensor all = parallel::all_gather(group, at::tensor(own, at::kLong));  // [ranks * units * 2]
  std::vector<std::vector<Range>> parts(units.size());
  const auto* bounds = all.data_ptr<std::int64_t>();
  for (int rank = 0; rank < group.size(); ++rank)
    for (auto& of_unit : parts) {
      of_unit.push_back({bounds[0], bounds[1]});
      bounds += 2;
    }
  return parts;
}

}  // namespace

WeightGradients::WeightGradients(const transformer::ModelConfig& config, std::vector<weights::WeightUnit> units,
                                 const at::TensorOptions& matrices, const parallel::ShardGroup& group)
    : config_(config), units_(std::move(units)), layout_(config, matrices.dtype().toScalarType()), group_(group),
      senders_(group.ranks.duplicate()), parts_(parts_of(units_, group.ranks)) {
  const at::TensorOptions on_device = matrices.dtype(at::kFloat);
  std::int64_t largest = 0, largest_own = 0;
  for (const weights::WeightUnit& unit : units_) {
    sums_.push_back(at::zeros({unit.own.size()}, on_device));
    largest = std::max(largest, unit.elements);
    largest_own = std::max(largest_own, unit.own.size());
  }
  final_norm_ = at::zeros({config.width}, on_device);
  if (are_own()) return;
  const auto pinned = [&](std::int64_t elements) {
    return device::pinned_empty(elements * static_cast<std::int64_t>(sizeof(float)), on_device.device())
        .view(at::kFloat);
  };
  whole_ = at::zeros({largest}, on_device);
  sent_ = pinned(largest);
  room_ = pinned(group_.size() * largest_own);
}

std::size_t WeightGradients::unit_of(weights::WeightUnit::Kind kind, std::int64_t number) const {
  const auto found = std::ranges::find_if(
      units_, [&](const weights::WeightUnit& unit) { return unit.kind == kind && unit.number == number; });
  PINPOINT_EXPECT(found != units_.end());
  return static_cast<std::size_t>(found - units_.begin());
}

std::size_t WeightGradients::unit_of_tile(std::int64_t first) const {
  using Kind = weights::WeightUnit::Kind;
  return unit_of(config_.tied_embeddings ? Kind::embedding_tile : Kind::unembedding_tile,
                 first / transformer::vocabulary_tile);
}

at::Tensor WeightGradients::whole(std::size_t unit) {
  if (are_own()) return sums_[unit];
  PINPOINT_EXPECT(!at_work_ || *at_work_ == unit);
  const at::Tensor vector = whole_.narrow(0, 0, units_[unit].elements);
  if (!at_work_) vector.zero_();
  at_work_ = unit;
  return vector;
}

void WeightGradients::send(std::size_t unit) {
  if (are_own()) return;
  const at::Tensor vector = whole(unit);  // zeros if this rank had no rows
  receive();
  const at::Tensor sent = sent_.narrow(0, 0, vector.numel()).copy_(vector);
  scatter_.emplace(senders_, sent, parts_[unit], room_);
  on_its_way_ = unit;
  at_work_.reset();
}

void WeightGradients::receive() {
  if (!scatter_) return;
  sums_[*on_its_way_].add_(scatter_->wait().to(whole_.device()));
  scatter_.reset();
}

void WeightGradients::product(std::int64_t layer, transformer::Matrix matrix, const at::Tensor& input,
                              const at::Tensor& gradient) {
  const transformer::LayerWeights target = layout_.view_vector(whole(unit_of_layer(layer)));
  add_product(target.*transformer::weight_of(matrix), input, gradient);
  if (const auto bias = transformer::bias_of(matrix); bias && (target.*bias).defined())
    (target.*bias).add_(gradient.sum(0));
  if (scatter_) scatter_->make_progress();
}

void WeightGradients::scaling(std::int64_t layer, transformer::Norm norm, const at::Tensor& normalised,
                              const at::Tensor& gradient) {
  const at::Tensor sum = (normalised * gradient).view({-1, gradient.size(-1)}).sum(0);
  if (norm == transformer::Norm::final)
    final_norm_.add_(sum);
  else
    (layout_.view_vector(whole(unit_of_layer(layer))).*transformer::weight_of(norm)).add_(sum);
}

void WeightGradients::unembedding(std::int64_t first, const at::Tensor& input, const at::Tensor& gradient) {
  add_product(whole(unit_of_tile(first)).view({-1, config_.width}), input, gradient);
}

void WeightGradients::embedding(const at::Tensor& ids, const at::Tensor& gradient) {
  for (std::size_t unit = 0; unit < units_.size(); ++unit) {
    if (units_[unit].kind != weights::WeightUnit::Kind::embedding_tile) continue;
    const std::int64_t first = units_[unit].number * transformer::vocabulary_tile;
    const at::Tensor hits =
        at::nonzero((ids >= first).logical_and(ids < first + transformer::vocabulary_tile)).flatten();
    const at::Tensor target = whole(unit).view({-1, config_.width});
    if (hits.numel() > 0) {
      const at::Tensor rows = (ids.index_select(0, hits) - first).to(gradient.device());
      // Adds in the order of the rows. On a GPU index_add_ would not.
      target.index_put_({rows}, gradient.index_select(0, hits.to(gradient.device())), /*accumulate=*/true);
    }
    send(unit);
  }
}

void WeightGradients::layer_done(std::int64_t layer) { send(unit_of_layer(layer)); }

void WeightGradients::tile_done(std::int64_t first) { send(unit_of_tile(first)); }

void WeightGradients::clear() {
  receive();  // left by a step that was given up
  for (at::Tensor& sum : sums_) sum.zero_();
  final_norm_.zero_();
  at_work_.reset();  // left by an aborted step
}

double WeightGradients::finish() {
  receive();
  parallel::sum_in_order(group_.ranks, final_norm_);
  const Range& norm = units_[unit_of_norm()].own;
  sums_[unit_of_norm()].copy_(final_norm_.narrow(0, norm.begin, norm.size()));
  for (at::Tensor& sum : sums_) parallel::sum_in_order(group_.replicas, sum);
  return parallel::of_root(group_.replicas, parallel::sum_in_order(group_.ranks, squared_norm(sums_)));
}

}  // namespace pinpoint::tuning
