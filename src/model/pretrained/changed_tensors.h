/// \file
/// The tensors of a model's files that a tuning changed.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace pinpoint::pretrained {

/// Tensors have their names in the files. A fused matrix is one tensor.
class ChangedTensors {
 public:
  virtual ~ChangedTensors() = default;

  virtual bool contains(const std::string& name) const = 0;
  /// The names, in alphabetical order.
  virtual std::vector<std::string> names() const = 0;
  /// Its type during the tuning: `model.dtype` for matrices, float32 for norms and biases.
  virtual at::ScalarType type_of(const std::string& name) const = 0;
  /// The tensor as the tuned model's forward pass used it. \param stored the untuned tensor of the file; not written to
  virtual at::Tensor tuned(const std::string& name, const at::Tensor& stored) const = 0;
};

}  // namespace pinpoint::pretrained
