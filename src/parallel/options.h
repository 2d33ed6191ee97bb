/// \file
/// Where and with how many threads a rank computes (config: `parallel`).
#pragma once

#include <optional>

namespace pinpoint::parallel {

enum class DeviceChoice { automatic, cpu, cuda };

struct Options {
  DeviceChoice device = DeviceChoice::automatic;  ///< automatic: CUDA where this build and machine have it
  std::optional<int>
      threads;  ///< per rank; none: OMP_NUM_THREADS, else SLURM_CPUS_PER_TASK, else the rank's share of cores
};

}  // namespace pinpoint::parallel
