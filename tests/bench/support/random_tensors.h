/// \file
/// Random weights of a Llama in memory, so that no benchmark needs a file.
#pragma once

#include "model/transformer/model_config.h"
#include "model/weights/tensor_source.h"

namespace pinpoint::bench {

/// Gives random tensors of any name and shape. They depend on the name and are scaled as in support/random_model.h.
class RandomTensors : public weights::TensorSource {
 public:
  explicit RandomTensors(at::ScalarType dtype) : dtype_(dtype) {}
  at::Tensor read(const std::string& name, const std::vector<std::int64_t>& shape) override;
  bool contains(const std::string&) const override { return true; }

 private:
  at::ScalarType dtype_;
};

}  // namespace pinpoint::bench
