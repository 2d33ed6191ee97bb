/// \file
/// Where the weights may rest, how many ranks may share a layer, and the memory that this takes (docs/method.md, 7).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "study/planning/memory.h"
#include "study/planning/model_size.h"
#include "system/parallel/options.h"

namespace pinpoint::planning {

/// The ranks of a job and the memory of each.
struct Ranks {
  int count = 1;
  int per_node = 1;               ///< ranks per machine; the last machine may have fewer
  double memory = 0;              ///< bytes that a rank computes in: of its GPU; on a CPU its share of the machine's
  double host_memory = 0;         ///< bytes of the machine's memory per rank; ignored on a CPU
  bool computes_on_host = false;  ///< a CPU: `device` and `host` are the same place

  int on_a_node() const { return count < per_node ? count : per_node; }
};

/// The share of a rank's memory that a plan may fill. The rest is for libraries, their work space, and small things
/// that no plan lists.
inline constexpr double usable_share = 0.9;

/// Both settings with definite values.
struct Placement {
  parallel::WeightsRest rest = parallel::WeightsRest::device;  ///< never automatic
  int shard = 1;                                               ///< R, ranks that share a layer
  bool operator==(const Placement&) const = default;

  /// Whether whole layers rest where they are used, so that nothing moves and no buffers are needed.
  bool is_resident() const { return rest == parallel::WeightsRest::device && shard == 1; }
};

/// "weights: host, shard: 4".
std::string describe(const Placement& placement);

/// Whether weights may rest on disk. A stage that changes all of them refuses that.
enum class Disk { allowed, refused };

/// The placements that the options allow, in order of preference. The fastest place comes first: device, host, disk. On
/// the device the smallest group comes first, because it gathers least: 1, then the divisors of the ranks of a machine,
/// then all ranks. For host and disk the largest group within a machine comes first, because every byte then crosses
/// the slow link only once per machine; all ranks come last. The size of a group always divides the number of ranks.
/// The list is empty if no group is possible.
std::vector<Placement> candidates(const parallel::Options& options, const Ranks& ranks, Disk disk);

/// The memory of a rank for weights: its share at rest; two gathered layers and two tiles of the vocabulary, unless the
/// weights are resident; the float32 copy of a tile; and with disk and R > 1 a slice for the reader thread. If the rank
/// computes on a GPU, `host` includes buffers to gather layers in and for a slice in transit.
Memory weight_memory(const Model& model, const Placement& placement, const Ranks& ranks);

/// The first candidate whose memory fits, else the one with the fewest missing bytes.
struct Choice {
  Placement placement;
  Memory memory;
  bool fits = false;
  std::string why;  ///< in words
};
/// \param memory_of memory of a stage with that placement, weights included \pre `candidates` is not empty
Choice choose(const std::vector<Placement>& candidates, const Ranks& ranks,
              const std::function<Memory(const Placement&)>& memory_of);

}  // namespace pinpoint::planning
