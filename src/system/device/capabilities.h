/// \file
/// What a device has and can do.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>

namespace pinpoint::device {

/// Bytes of the device's own memory that are free. \pre it is no CPU
std::int64_t device_memory(c10::Device device);

/// Whether that device has kernels for products of bf16 matrices: GPUs, and x86 processors with AVX-512, for which
/// oneDNN has some, if only by emulation. LibTorch multiplies number by number elsewhere, a hundred times slower.
bool multiplies_bf16(c10::Device device);

/// Whether that device has units that multiply bf16 matrices faster than it multiplies float32: GPUs, and processors
/// with AMX or AVX512-BF16 (every one with AMX has that too).
bool has_bf16_units(c10::Device device);

}  // namespace pinpoint::device
