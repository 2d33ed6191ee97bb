/// \file
/// The device and threads of a rank, and where frozen weights rest (config: `parallel`).
#pragma once

#include <optional>

namespace pinpoint::parallel {

enum class DeviceChoice { automatic, cpu, cuda };

/// Where a rank's share of the weights rests between uses (docs/method.md, 7).
enum class WeightsRest {
  automatic,  ///< the fastest place that is large enough
  device,     ///< in device memory
  host,       ///< in host memory, pinned; on a CPU the same as `device`
  disk,       ///< nowhere: read from the safetensors files each time
};

/// Among how many ranks a layer is divided. Each keeps or reads an equal slice of it.
struct Shard {
  enum class Over {
    automatic,  ///< the fewest ranks whose memory is large enough
    ranks,      ///< groups of `ranks` ranks
    node,       ///< the ranks of one machine
    world,      ///< all ranks
  };
  Over over = Over::automatic;
  int ranks = 1;  ///< 1: every rank has whole layers
  bool operator==(const Shard&) const = default;
};

struct Options {
  DeviceChoice device = DeviceChoice::automatic;  ///< automatic: CUDA if all ranks have a GPU
  WeightsRest weights = WeightsRest::automatic;
  Shard shard;
  std::optional<int> threads;  ///< per rank; none: as in `choose_threads`
};

}  // namespace pinpoint::parallel
