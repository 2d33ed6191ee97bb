/// \file
/// Where and with how many threads a rank computes, and where the frozen weights are (config: `parallel`).
#pragma once

#include <optional>

namespace pinpoint::parallel {

enum class DeviceChoice { automatic, cpu, cuda };

/// Where a rank's share of the weights rests between uses (method: section 7).
enum class WeightsRest {
  automatic,  ///< the fastest that fits
  device,     ///< in the memory that is computed in
  host,       ///< in the machine's memory, pinned; on a CPU the same as `device`
  disk,       ///< nowhere: read from the safetensors files each time
};

/// Over how many ranks a layer is divided: each keeps, or reads, an even slice of it.
struct Shard {
  enum class Over {
    automatic,  ///< the fewest ranks that fit
    ranks,      ///< groups of `ranks` ranks
    node,       ///< the ranks of one machine
    world,      ///< all ranks
  };
  Over over = Over::automatic;
  int ranks = 1;  ///< 1: every rank has whole layers
  bool operator==(const Shard&) const = default;
};

struct Options {
  DeviceChoice device = DeviceChoice::automatic;  ///< automatic: CUDA where this build and machine have it
  WeightsRest weights = WeightsRest::automatic;
  Shard shard;
  std::optional<int>
      threads;  ///< per rank; none: OMP_NUM_THREADS, else SLURM_CPUS_PER_TASK, else the rank's share of cores
};

}  // namespace pinpoint::parallel
