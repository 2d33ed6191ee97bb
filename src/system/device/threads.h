/// \file
/// The threads of the libraries that compute.
#pragma once

#include <string>

namespace pinpoint::device {

/// Sets LibTorch's threads and those of every OpenBLAS that is loaded (LibTorch's setting does not reach it).
void set_threads(int threads);

/// "OpenBLAS 0.3.21 SkylakeX" - which kernels run decides the last bits; empty where no OpenBLAS is loaded.
std::string blas_description();

}  // namespace pinpoint::device
