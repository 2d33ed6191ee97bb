/// \file
/// The weights that the demo's model begins with.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>

#include "model/transformer/model_config.h"
#include "model/weights/tensor_source.h"
#include "system/base/random.h"

namespace pinpoint::demo {

/// Random ones of an untied Llama, float32: deviation 1/sqrt(fan in), a branch's last projection divided by sqrt(2 L);
/// norms of 1.
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
