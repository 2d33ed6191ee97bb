/// \file
/// A model in float64 whose weights a test may change: for gradients against finite differences.
#pragma once

#include <vector>

#include "model/transformer/weight_store.h"

namespace pinpoint::test {

class DoubleStore : public transformer::WeightStore {
 public:
  /// Copies every weight of `store`.
  explicit DoubleStore(transformer::WeightStore& store);

  const transformer::ModelConfig& config() const override { return config_; }
  at::TensorOptions options() const override { return at::TensorOptions().dtype(at::kDouble); }
  transformer::Lease<transformer::LayerWeights> lease_layer(std::int64_t layer) override;
  void prefetch_layer(std::int64_t) override {}
  void make_progress() override {}
  at::Tensor embedding_rows(const at::Tensor& ids) override { return embedding.index_select(0, ids); }
  at::Tensor final_norm() override { return final_norm_weight; }
  transformer::Lease<at::Tensor> lease_unembedding(std::int64_t first, std::int64_t count) override;

  std::vector<transformer::LayerWeights> layers;
  at::Tensor embedding, unembedding;  // [V, d]; the same values if they are tied
  at::Tensor final_norm_weight;       // [d]

 private:
  transformer::ModelConfig config_;
};

}  // namespace pinpoint::test
