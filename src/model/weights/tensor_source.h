/// \file
/// Where a model's tensors come from. The model asks by name; files are the business of model/pretrained/.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <vector>

#include "system/parallel/partition.h"

namespace pinpoint::weights {

class TensorSource {
 public:
  virtual ~TensorSource() = default;

  /// The tensor of that name in its stored type, on the CPU. It may be a view of a mapped file: it stays valid while
  /// the source lives and is not written to.
  /// \throws UserError when it is missing, has another shape, is not of type float32, float16 or bfloat16, or holds a
  ///         NaN or an infinity (the message names file, tensor and index)
  virtual at::Tensor read(const std::string& name, const std::vector<std::int64_t>& shape) = 0;
  virtual bool contains(const std::string& name) const = 0;

  /// Some elements of a tensor in row-major order: those from `first` on, [n] in its stored type, on the CPU; valid
  /// during the call alone.
  using Visit = std::function<void(std::int64_t first, const at::Tensor& elements)>;
  /// Shows the elements `range` of the tensor to `visit`, piece by piece in ascending order, so that a part of a large
  /// tensor is read without the rest. Errors as of `read`. May be called by several threads at once.
  virtual void read_range(const std::string& name, const std::vector<std::int64_t>& shape, parallel::Range range,
                          const Visit& visit) {
    if (range.size() > 0) visit(range.begin, read(name, shape).flatten().narrow(0, range.begin, range.size()));
  }
};

}  // namespace pinpoint::weights
