/// \file
/// The weight store that holds the whole model on this rank.
#pragma once

#include <functional>
#include <vector>

#include "model/options.h"
#include "model/tensor_source.h"
#include "model/weights.h"

namespace pinpoint::model {

class MemoryStore : public WeightStore {
 public:
  /// Reads every layer from `source`, telling `on_layer` (where given) how many have been read.
  /// \throws UserError as TensorSource::read does
  MemoryStore(const ModelConfig& config, TensorSource& source, DType dtype, c10::Device device,
              const std::function<void(std::int64_t)>& on_layer = nullptr);

  const ModelConfig& config() const override { return config_; }
  at::TensorOptions options() const override { return options_; }
  Lease<LayerWeights> lease_layer(std::int64_t layer) override;
  void prefetch_layer(std::int64_t) override {}
  void advance() override {}
  at::Tensor embedding_rows(const at::Tensor& ids) override;
  at::Tensor final_norm() override { return final_norm_; }
  Lease<at::Tensor> lease_unembedding(std::int64_t first, std::int64_t count) override;

 private:
  ModelConfig config_;
  at::TensorOptions options_;
  std::vector<Lease<LayerWeights>> layers_;
  at::Tensor embedding_, unembedding_;  // [V, d]
  at::Tensor final_norm_;
};

}  // namespace pinpoint::model
