/// \file
/// Chooses the device of each rank.
#pragma once

#include <c10/core/Device.h>

#include "system/parallel/communicator.h"
#include "system/parallel/gpu_assignment.h"
#include "system/parallel/options.h"

namespace pinpoint::parallel {

struct ChosenDevice {
  c10::Device device{c10::DeviceType::CPU};
  int ranks = 1;  ///< that compute on the same GPU; 1 on a CPU
};

/// This machine and the GPUs that this rank may use. Does not look for GPUs if the CPU is wanted.
FoundGpus find_gpus(DeviceChoice wanted);

/// The device that this rank computes on: of the same kind on all ranks. Rank 0 warns if ranks share a GPU. Collective,
/// whatever is wanted and found. \param mine what this rank found
/// \throws UserError, the same on all ranks, like `assign_gpus`, or if a GPU cannot be used after all
ChosenDevice choose_device(DeviceChoice wanted, const Communicator& world, const FoundGpus& mine);

}  // namespace pinpoint::parallel
