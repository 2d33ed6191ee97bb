/// \file
/// Memory and matrix units of a device.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>

namespace pinpoint::device {

/// Free bytes of the device's own memory. \pre it is not a CPU
std::int64_t device_memory(c10::Device device);

/// Whether the device has kernels for products of bf16 matrices: GPUs, and x86 processors with AVX-512, for which
/// oneDNN has kernels (some emulate bf16). Elsewhere LibTorch multiplies number by number, a hundred times slower.
bool multiplies_bf16(c10::Device device);

/// Whether the device multiplies bf16 matrices faster than float32: GPUs, and processors with AVX512-BF16 (all with AMX
/// have it too).
bool has_bf16_units(c10::Device device);

}  // namespace pinpoint::device
