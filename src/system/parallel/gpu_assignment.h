/// \file
/// Which GPU each rank takes, as a function of what all ranks found. Without MPI and CUDA.
#pragma once

#include <string>
#include <vector>

#include "system/parallel/options.h"

namespace pinpoint::parallel {

/// What a rank found on its machine.
struct FoundGpus {
  std::string host;
  std::vector<std::string> gpus;  ///< an identifier of each GPU that the rank may use, in the order of CUDA's indices
  std::string problem;            ///< why there are none
};

struct AssignedGpu {
  int index = 0;  ///< among those that the rank found
  int ranks = 1;  ///< that take the same GPU
};

/// One entry per rank; none if all ranks compute on the CPU. A rank takes the GPU of its machine that the fewest other
/// ranks take. If there are more ranks than GPUs, ranks share a GPU.
/// \param found one entry per rank, the same on every rank
/// \throws UserError if some ranks have GPUs and others have none, or if CUDA is required and no rank has one
std::vector<AssignedGpu> assign_gpus(DeviceChoice wanted, const std::vector<FoundGpus>& found);

/// A warning about machines on which ranks share a GPU; empty if there are none.
std::string describe_sharing(const std::vector<FoundGpus>& found, const std::vector<AssignedGpu>& assigned);

}  // namespace pinpoint::parallel
