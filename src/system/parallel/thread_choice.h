/// \file
/// Chooses the number of threads of a rank.
#pragma once

#include "system/parallel/communicator.h"
#include "system/parallel/options.h"

namespace pinpoint::parallel {

/// Threads of this rank: the option, else OMP_NUM_THREADS, else SLURM_CPUS_PER_TASK, else the cores in the rank's
/// affinity mask divided by the number of ranks that share them (at least 1). Collective.
int choose_threads(const Options& options, const Communicator& world);

}  // namespace pinpoint::parallel
