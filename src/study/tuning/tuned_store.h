/// \file
/// The weight store of the tuned model: the frozen layers with the current slices in them.
#pragma once

#include <vector>

#include "model/transformer/weight_store.h"
#include "study/tuning/adamw.h"
#include "study/tuning/head_slices.h"

namespace pinpoint::tuning {

/// A lease of a layer copies only the matrices that contain slices. Frozen weights are never written to. A change of
/// the values takes effect with the next lease.
class TunedStore : public transformer::WeightStore {
 public:
  /// \pre all arguments outlive the store; values[i] belongs to slices[i]
  TunedStore(transformer::WeightStore& frozen, const std::vector<Slice>& slices, const Tensors& values)
      : frozen_(frozen), slices_(slices), values_(values) {}

  const transformer::ModelConfig& config() const override { return frozen_.config(); }
  at::TensorOptions options() const override { return frozen_.options(); }
  transformer::Lease<transformer::LayerWeights> lease_layer(std::int64_t layer) override;
  void prefetch_layer(std::int64_t layer) override { frozen_.prefetch_layer(layer); }
  void make_progress() override { frozen_.make_progress(); }
  at::Tensor embedding_rows(const at::Tensor& ids) override { return frozen_.embedding_rows(ids); }
  at::Tensor final_norm() override { return frozen_.final_norm(); }
  transformer::Lease<at::Tensor> lease_unembedding(std::int64_t first, std::int64_t count) override {
    return frozen_.lease_unembedding(first, count);
  }

 private:
  transformer::WeightStore& frozen_;
  const std::vector<Slice>& slices_;
  const Tensors& values_;
};

/// The slices' values in the frozen weights. Leases the layers that have slices, in order.
Tensors initial_values(transformer::WeightStore& frozen, const std::vector<Slice>& slices);

}  // namespace pinpoint::tuning
