/// \file
/// The elements of a tensor, for the writers of HDF5 files.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <span>

#include "system/base/check.h"

namespace pinpoint::results {

/// Row major. \pre float32, contiguous, on the CPU; outlives the span
inline std::span<const float> values_of(const at::Tensor& tensor) {
  PINPOINT_EXPECT(tensor.is_contiguous() && tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat);
  return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

}  // namespace pinpoint::results
