/// \file
/// The gradients of all weights. A rank keeps those of its own elements.
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

/// While a backward walk is in a unit (a layer or a tile), the gradient of the whole unit is held in float32. Then its
/// parts are summed by the ranks that keep them, while the walk continues. So besides its own shares a rank holds one
/// whole unit, one unit that is being sent, and as many received bytes. Without sharding a rank adds to its sums
/// directly.
class WeightGradients : public transformer::GradientSink {
 public:
  /// Collective. \param units those of the store \param matrices the type of the weights
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
  /// Ends a step: sums the gradients of this rank's elements over all ranks. Returns the squared norm of the gradients
  /// of all weights. Collective.
  double finish();
  /// Whether `sums` contains only the gradients of this rank's dialogues until `finish`.
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
  /// [elements] The gradient of a whole unit; zero-filled on first use.
  at::Tensor whole(std::size_t unit);
  /// Sends the gradient of the whole unit to the ranks that keep it.
  void send(std::size_t unit);
  void receive();

  transformer::ModelConfig config_;
  std::vector<weights::WeightUnit> units_;
  weights::LayerLayout layout_;
  parallel::ShardGroup group_;
  parallel::Communicator senders_;                   // of the group, used only here
  std::vector<std::vector<parallel::Range>> parts_;  // by unit, of every rank of the group
  Tensors sums_;
  at::Tensor final_norm_;                  // [d], only of this rank's dialogues until `finish`
  at::Tensor whole_, sent_, room_;         // with sharding: the current unit, the unit being sent, the receive buffer
  std::optional<std::size_t> at_work_;     // the unit in `whole_`
  std::optional<std::size_t> on_its_way_;  // the unit in `sent_`
  std::optional<parallel::ReduceScatter> scatter_;
};

}  // namespace pinpoint::tuning
