/// \file
/// Which device a rank computes on, and with how many threads.
#pragma once

#include <c10/core/Device.h>

#include "system/parallel/communicator.h"
#include "system/parallel/options.h"

namespace pinpoint::parallel {

/// The device this rank computes on; with several GPUs in a node, ranks of the node take them in turn.
/// \throws UserError where CUDA is asked for and not to be had
c10::Device choose_device(const Options& options, const Communicator& world);

/// Threads of this rank: the option, else OMP_NUM_THREADS, else SLURM_CPUS_PER_TASK, else the cores of the rank's
/// affinity mask divided by the ranks of this node that share them (at least 1).
int choose_threads(const Options& options, const Communicator& world);

}  // namespace pinpoint::parallel
