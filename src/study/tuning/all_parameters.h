/// \file
/// The parameters of supervised fine-tuning: every weight (docs/method.md, 6).
#pragma once

#include "model/weights/sharded_store.h"
#include "study/tuning/parameters.h"
#include "study/tuning/weight_gradients.h"
#include "system/parallel/shard_group.h"

namespace pinpoint::tuning {

/// A rank holds masters, gradients and moments only of the elements that it keeps in the store (ZeRO-3): a share of
/// every layer, of the vocabulary tables and of the final norm. Passes compute with the masters rounded to the weights'
/// type.
class AllParameters final : public Parameters {
 public:
  /// Starts from the values in the store. Collective. \pre `store` outlives the parameters, its weights do not rest on
  /// disk, and `group` is the group that shares it
  AllParameters(weights::ShardedStore& store, const parallel::ShardGroup& group);

  /// The units that the values belong to, in the same order.
  const std::vector<weights::WeightUnit>& units() const { return units_; }
  transformer::WeightStore& store() override { return store_; }
  std::int64_t lowest_layer() const override { return 0; }
  bool train_embedding() const override { return true; }
  void clear_gradients() override { gradients_.clear(); }
  transformer::GradientSink& gradients() override { return gradients_; }
  bool gradients_are_finite() const override;
  Tensors& sums() override { return gradients_.sums(); }
  double sum_gradients() override { return gradients_.finish(); }

 private:
  void publish() override;

  weights::ShardedStore& store_;
  std::vector<weights::WeightUnit> units_;
  WeightGradients gradients_;
};

}  // namespace pinpoint::tuning
