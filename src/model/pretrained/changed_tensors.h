/// \file
/// The tensors of a model's files that a tuning changed, whatever it tuned.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace pinpoint::pretrained {

/// By their names in the files; a fused matrix counts once.
class ChangedTensors {
 public:
  virtual ~ChangedTensors() = default;

  virtual bool contains(const std::string& name) const = 0;
  /// The names, in alphabetical order.
  virtual std::vector<std::string> names() const = 0;
  /// In which type it was computed with: matrices in the tuning's `model.dtype`, norms and biases in float32.
  virtual at::ScalarType type_of(const std::string& name) const = 0;
  /// The tensor as the tuned model's forward pass used it. \param stored as the file has it; not written to
  virtual at::Tensor tuned(const std::string& name, const at::Tensor& stored) const = 0;
};

}  // namespace pinpoint::pretrained
