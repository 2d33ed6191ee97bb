/// \file
/// Versions of the libraries that compute and communicate.
#pragma once

#include <string>

namespace pinpoint::parallel {

std::string mpi_version();    ///< "Open MPI v4.1.4"
std::string torch_version();  ///< "1.13.1"
std::string cuda_version();   ///< "13.0", or "none" in a build without CUDA

}  // namespace pinpoint::parallel
