/// \file
/// Where a model's tensors come from. The model asks by name; files are the business of io/.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace pinpoint::model {

class TensorSource {
 public:
  virtual ~TensorSource() = default;

  /// The tensor of that name in its stored type, on the CPU. It may be a view of a mapped file: it stays valid while
  /// the source lives and is not written to.
  /// \throws UserError when it is missing, has another shape, is not of type float32, float16 or bfloat16, or holds a
  ///         NaN or an infinity (the message names file, tensor and index)
  virtual at::Tensor read(const std::string& name, const std::vector<std::int64_t>& shape) = 0;
  virtual bool contains(const std::string& name) const = 0;
};

}  // namespace pinpoint::model
