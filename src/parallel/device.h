/// \file
/// The one place that names a device, and the threads that a rank computes with.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <string>

#include "parallel/communicator.h"
#include "parallel/options.h"

namespace pinpoint::parallel {

/// The device this rank computes on; with several GPUs in a node, ranks of the node take them in turn.
/// \throws UserError where CUDA is asked for and not to be had
c10::Device choose_device(const Options& options, const Communicator& world);

/// Bytes of the device's own memory that are free. \pre it is no CPU
std::int64_t device_memory(c10::Device device);

/// Whether that device has kernels for products of bf16 matrices: GPUs, and x86 processors with AVX-512, for which
/// oneDNN has some, if only by emulation. LibTorch multiplies number by number elsewhere, a hundred times slower.
bool multiplies_bf16(c10::Device device);

/// Whether that device has units that multiply bf16 matrices faster than it multiplies float32: GPUs, and processors
/// with AMX or AVX512-BF16 (every one with AMX has that too).
bool has_bf16_units(c10::Device device);

/// Threads of this rank: the option, else OMP_NUM_THREADS, else SLURM_CPUS_PER_TASK, else the cores of the rank's
/// affinity mask divided by the ranks of this node that share them (at least 1).
int choose_threads(const Options& options, const Communicator& world);

/// Sets LibTorch's threads and those of every OpenBLAS that is loaded (LibTorch's setting does not reach it).
void set_threads(int threads);

/// "OpenBLAS 0.3.21 SkylakeX" - which kernels run decides the last bits; empty where no OpenBLAS is loaded.
std::string blas_description();

}  // namespace pinpoint::parallel
