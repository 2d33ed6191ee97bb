#include "system/parallel/versions.h"

#include <mpi.h>
#include <torch/version.h>

#include <array>

#ifdef PINPOINT_CUDA
#include <fmt/format.h>

#include <cuda_runtime_api.h>
#endif

namespace pinpoint::parallel {

std::string mpi_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  const std::string version(text.data());
  return version.substr(0, version.find(','));
}

std::string torch_version() { return TORCH_VERSION; }

std::string cuda_version() {
#ifdef PINPOINT_CUDA
  return fmt::format("{}.{}", CUDART_VERSION / 1000, CUDART_VERSION / 10 % 100);
#else
  return "none";
#endif
}

}  // namespace pinpoint::parallel
