/// \file
/// Where the weights may rest and over how many ranks a layer may be shared, and what that costs a rank in memory.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "study/planning/memory.h"
#include "study/planning/model_size.h"
#include "system/parallel/options.h"

namespace pinpoint::planning {

/// The ranks of a job and what each of them has.
struct Ranks {
  int count = 1;
  int per_node = 1;               ///< ranks of a machine; the last machine may have fewer
  double memory = 0;              ///< bytes that a rank may compute in: its GPU's, on a CPU its share of the machine's
  double host_memory = 0;         ///< bytes of the machine's memory for each rank; not looked at on a CPU
  bool computes_on_host = false;  ///< a CPU: `device` and `host` are the same place

  int on_a_node() const { return count < per_node ? count : per_node; }
};

/// Of a rank's memory, what a plan may fill: the rest is for libraries, their work space, and what is too small to
/// list.
inline constexpr double usable_share = 0.9;

/// Both settings, decided.
struct Placement {
  parallel::WeightsRest rest = parallel::WeightsRest::device;  ///< never automatic
  int shard = 1;                                               ///< ranks that share a layer, R
  bool operator==(const Placement&) const = default;

  /// Whole layers rest where they are computed with: nothing moves, and there are no buffers.
  bool is_resident() const { return rest == parallel::WeightsRest::device && shard == 1; }
};

/// "weights: host, shard: 4".
std::string describe(const Placement& placement);

/// Whether a stage can do with weights that rest on no rank: one that changes them cannot.
enum class Disk { allowed, refused };

/// What the options allow, the preferred first. Of the places the fastest first: device, host, disk. Of the groups on
/// the device the smallest first (it gathers least): 1, then the divisors of the ranks of a machine, then all ranks;
/// for host and disk those within a machine from the largest down, because every byte then crosses the slow link once a
/// machine, and last all ranks. A group always divides the ranks; where none is possible the list is empty.
std::vector<Placement> candidates(const parallel::Options& options, const Ranks& ranks, Disk disk);

/// What the weights take of a rank: its share at rest; unless they are resident two gathered layers and, prefetching,
/// two tiles of the vocabulary; the tile's float32 copy; and with disk and R > 1 a slice for the thread that reads. Of
/// the machine's memory, where the rank computes on a GPU: room in which layers are gathered, and for a slice on its
/// way.
Memory weight_memory(const Model& model, const Placement& placement, const Ranks& ranks);

/// The first candidate whose memory fits, else the one that comes nearest.
struct Choice {
  Placement placement;
  Memory memory;
  bool fits = false;
  std::string why;  ///< in words
};
/// \param memory_of the memory of a stage with that placement, the weights' included \pre `candidates` is not empty
Choice choose(const std::vector<Placement>& candidates, const Ranks& ranks,
              const std::function<Memory(const Placement&)>& memory_of);

}  // namespace pinpoint::planning
