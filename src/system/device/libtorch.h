/// \file
/// Differences between the versions of LibTorch that this program builds with (1.13 and 2.x).
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/mm.h>
#include <torch/version.h>

#include "system/base/check.h"

/// From 2.8 on, CUDA can return products of bf16 matrices in float32, without rounding.
#define PINPOINT_HAS_MM_TO_FLOAT32 (TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 8))

namespace pinpoint::device {

/// Whether the device can return products of bf16 matrices in float32.
inline bool multiplies_bf16_to_float32(c10::Device device) { return PINPOINT_HAS_MM_TO_FLOAT32 && device.is_cuda(); }

/// x y: bf16 [n, k] by [k, m] to float32 [n, m]. \pre multiplies_bf16_to_float32
inline at::Tensor mm_to_float32(const at::Tensor& x, const at::Tensor& y) {
#if PINPOINT_HAS_MM_TO_FLOAT32
  return at::mm(x, y, at::kFloat);
#else
  PINPOINT_EXPECT(false);
  return at::mm(x, y);
#endif
}

/// The same for batches: [b, n, k] by [b, k, m] to [b, n, m].
inline at::Tensor bmm_to_float32(const at::Tensor& x, const at::Tensor& y) {
#if PINPOINT_HAS_MM_TO_FLOAT32
  return at::bmm(x, y, at::kFloat);
#else
  PINPOINT_EXPECT(false);
  return at::bmm(x, y);
#endif
}

}  // namespace pinpoint::device
