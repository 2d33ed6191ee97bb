/// \file
/// The parameters of supervised pinpoint tuning: the slices of chosen heads (docs/method.md, 5.1).
#pragma once

#include <vector>

#include "study/tuning/head_slices.h"
#include "study/tuning/parameters.h"
#include "study/tuning/slice_gradients.h"
#include "study/tuning/tuned_store.h"
#include "system/parallel/communicator.h"

namespace pinpoint::tuning {

/// Every rank holds all slices with their gradients and moments, bit-identical on all ranks after every step.
class HeadParameters final : public Parameters {
 public:
  /// Starts from the values of the frozen weights. Collective. \pre `frozen` outlives the parameters
  HeadParameters(transformer::WeightStore& frozen, std::vector<Slice> slices, parallel::Communicator world);

  const std::vector<Slice>& slices() const { return slices_; }
  transformer::WeightStore& store() override { return store_; }
  std::int64_t lowest_layer() const override { return slices_.front().layer; }
  bool train_embedding() const override { return false; }
  void clear_gradients() override { gradients_.clear(); }
  transformer::GradientSink& gradients() override { return gradients_; }
  bool gradients_are_finite() const override;
  Tensors& sums() override { return gradients_.sums(); }
  double sum_gradients() override;

 private:
  void publish() override {}  // a lease reads the values

  parallel::Communicator world_;
  std::vector<Slice> slices_;
  TunedStore store_;
  SliceGradients gradients_;
};

}  // namespace pinpoint::tuning
