/// \file
/// Chooses the device of a rank and its number of threads.
#pragma once

#include <c10/core/Device.h>

#include "system/parallel/communicator.h"
#include "system/parallel/options.h"

namespace pinpoint::parallel {

/// The device that this rank computes on. The ranks of a machine take its GPUs in turn. Collective.
/// \throws UserError if CUDA is required but not available
c10::Device choose_device(const Options& options, const Communicator& world);

/// Threads of this rank: the option, else OMP_NUM_THREADS, else SLURM_CPUS_PER_TASK, else the cores in the rank's
/// affinity mask divided by the number of ranks that share them (at least 1). Collective.
int choose_threads(const Options& options, const Communicator& world);

}  // namespace pinpoint::parallel
