/// \file
/// Groups of ranks that divide each layer's weights.
#pragma once

#include "system/parallel/communicator.h"
#include "system/parallel/options.h"

namespace pinpoint::parallel {

/// The world is divided into groups of equal size. The ranks of a group together hold one copy of the weights. Groups
/// are replicas of each other.
struct ShardGroup {
  Communicator ranks;     ///< of this rank's group; null if a group is one rank
  Communicator replicas;  ///< the ranks with the same slice, one per group; null if there is only one group
  int size() const { return ranks.size(); }
};

/// The number of ranks in a group. \pre `shard` is not automatic: the caller, who knows the memory, has chosen.
/// Collective. \throws UserError if it does not divide the world, or if machines have different numbers of ranks
/// (shard: node)
int group_size(const Shard& shard, const Communicator& world);

/// Groups of `size` ranks, machine by machine, so that a group is on one machine if possible. Collective.
/// \pre size divides world.size()
ShardGroup make_shard_group(const Communicator& world, int size);

}  // namespace pinpoint::parallel
