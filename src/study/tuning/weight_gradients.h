/// \file
/// The gradients of all weights, of which a rank keeps those of its own elements.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "model/transformer/gradient_sink.h"
#include "model/weights/layer_layout.h"
#include "model/weights/weight_unit.h"
#include "study/tuning/adamw.h"
#include "system/parallel/reduce_scatter.h"
#include "system/parallel/shard_group.h"

namespace pinpoint::tuning {

/// A unit's gradient (a layer's, a tile's) is whole in float32 while a backward walk is in that unit. Then its parts
/// are summed by the ranks that keep them, and the walk goes on meanwhile: besides its own shares a rank holds one
/// whole unit, one that is being sent and what it receives, as much again. A rank that shares with nobody adds to its
/// sums at once.
class WeightGradients : public transformer::GradientSink {
 public:
  /// \param units as the store tells them \param matrices the type of the weights. Collective.
  WeightGradients(const transformer::ModelConfig& config, std::vector<weights::WeightUnit> units,
                  const at::TensorOptions& matrices, const parallel::ShardGroup& group);

  void product(std::int64_t layer, transformer::Matrix matrix, const at::Tensor& input,
               const at::Tensor& gradient) override;
  void scaling(std::int64_t layer, transformer::Norm norm, const at::Tensor& normalised,
               const at::Tensor& gradient) override;
  void unembedding(std::int64_t first, const at::Tensor& input, const at::Tensor& gradient) override;
  void embedding(const at::Tensor& ids, const at::Tensor& gradient) override;
  void layer_done(std::int64_t layer) override;
  void tile_done(std::int64_t first) override;

  void clear();
  /// Ends a step: this rank's elements' sums over all ranks; then the squared norm of the whole. Collective.
  double finish();
  /// Whether `sums` are of this rank's rows alone until `finish`.
  bool are_own() const { return group_.size() == 1; }

  /// By unit, [own.size()] float32.
  Tensors& sums() { return sums_; }
  const Tensors& sums() const { return sums_; }

 private:
  /// Index in `units_`.
  std::size_t unit_of(weights::WeightUnit::Kind kind, std::int64_t number) const;
  std::size_t unit_of_layer(std::int64_t layer) const { return unit_of(weights::WeightUnit::Kind::layer, layer); }
  std::size_t unit_of_norm() const { return unit_of(weights::WeightUnit::Kind::final_norm, 0); }
  /// The tile of the unembedding that begins with row `first`; if the tables are tied, that of the embedding.
  std::size_t unit_of_tile(std::int64_t first) const;
  /// Where the gradient of a whole unit is added up, [elements]; zeros where it is the first that is told of it.
  at::Tensor whole(std::size_t unit);
  /// The unit's whole gradient goes to those who keep it.
  void send(std::size_t unit);
  void receive();

  transformer::ModelConfig config_;
  std::vector<weights::WeightUnit> units_;
  weights::LayerLayout layout_;
  parallel::ShardGroup group_;
  parallel::Communicator senders_;                   // of the group, for this alone
  std::vector<std::vector<parallel::Range>> parts_;  // by unit, of every rank of the group
  Tensors sums_;
  at::Tensor final_norm_;                  // [d], this rank's rows alone until `finish`
  at::Tensor whole_, sent_, room_;         // where a group shares: the unit at work, the one on its way, what comes
  std::optional<std::size_t> at_work_;     // the unit in `whole_`
  std::optional<std::size_t> on_its_way_;  // the unit in `sent_`
  std::optional<parallel::ReduceScatter> scatter_;
};

}  // namespace pinpoint::tuning
