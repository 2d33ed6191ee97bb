#include "system/device/capabilities.h"

#ifdef PINPOINT_CUDA
#include <cuda_runtime_api.h>
#endif

namespace pinpoint::device {

std::int64_t device_memory([[maybe_unused]] c10::Device device) {
  std::size_t free = 0;
#ifdef PINPOINT_CUDA
  std::size_t all = 0;
  cudaSetDevice(device.index());
  cudaMemGetInfo(&free, &all);
#endif
  return static_cast<std::int64_t>(free);
}

bool multiplies_bf16(c10::Device device) {
#if defined(__x86_64__)
  static const bool has_kernels =
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
#else
  constexpr bool has_kernels = false;
#endif
  return !device.is_cpu() || has_kernels;
}

bool has_bf16_units(c10::Device device) {
#if defined(__x86_64__)
  static const bool has_instructions = __builtin_cpu_supports("avx512bf16");
#else
  constexpr bool has_instructions = false;
#endif
  return !device.is_cpu() || (has_instructions && multiplies_bf16(device));
}

}  // namespace pinpoint::device
