/// \file
/// Returns a model's tensors by name. model/pretrained/ reads them from files.
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

  /// The tensor of that name in its stored type, on the CPU. It may be a view of a mapped file: it is valid while the
  /// source lives, and must not be written to.
  /// \throws UserError if it is missing, has another shape, is not of type float32, float16 or bfloat16, or holds a
  ///         NaN or an infinity (the message names file, tensor and index)
  virtual at::Tensor read(const std::string& name, const std::vector<std::int64_t>& shape) = 0;
  virtual bool contains(const std::string& name) const = 0;

  /// Elements of a tensor in row-major order, from `first` on: [n] in its stored type, on the CPU. Valid only during
  /// the call.
  using Visit = std::function<void(std::int64_t first, const at::Tensor& elements)>;
  /// Calls `visit` with the elements `range` of the tensor, piece by piece in ascending order, and reads nothing else
  /// of it. Errors like `read`. Several threads may call it at once.
  virtual void read_range(const std::string& name, const std::vector<std::int64_t>& shape, parallel::Range range,
                          const Visit& visit) {
    if (range.size() > 0) visit(range.begin, read(name, shape).flatten().narrow(0, range.begin, range.size()));
  }
};

}  // namespace pinpoint::weights
