/// \file
/// The number of threads of LibTorch and OpenBLAS.
#pragma once

#include <string>

namespace pinpoint::device {

/// Sets the threads of LibTorch and of every loaded OpenBLAS, which LibTorch's own setting does not change.
void set_threads(int threads);

/// "OpenBLAS 0.3.21 SkylakeX": the kernels in use, which decide the last bits. Empty if no OpenBLAS is loaded.
std::string blas_description();

}  // namespace pinpoint::device
