/// \file
/// The initial weights of the demo's model.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>

#include "model/transformer/model_config.h"
#include "model/weights/tensor_source.h"
#include "system/base/random.h"

namespace pinpoint::demo {

/// Random float32 weights of an untied Llama. The standard deviation is 1/sqrt(fan in), divided by sqrt(2 L) in a
/// branch's last projection, and 1 in the embedding. Norms are 1.
class RandomWeights final : public weights::TensorSource {
 public:
  RandomWeights(const transformer::ModelConfig& config, Random random);

  at::Tensor read(const std::string& name, const std::vector<std::int64_t>& shape) override;
  bool contains(const std::string& name) const override { return tensors_.contains(name); }

 private:
  void add_layer(const transformer::ModelConfig& config, std::int64_t layer, Random& random);

  std::map<std::string, at::Tensor> tensors_;
};

}  // namespace pinpoint::demo
