/// \file
/// The number of threads of LibTorch and OpenBLAS.
#pragma once

#include <string>

namespace pinpoint::device {

/// Sets the threads of LibTorch. Every loaded OpenBLAS computes in the thread that calls it: the threads divide a
/// product before it gets there (matrix_product.h), and OpenBLAS's own ones would take their cores.
void set_threads(int threads);

/// "OpenBLAS 0.3.21 SkylakeX": the kernels in use, which decide the last bits. Empty if no OpenBLAS is loaded.
std::string blas_description();

}  // namespace pinpoint::device
