/// \file
/// Which ranks divide a layer's weights among them.
#pragma once

#include "system/parallel/communicator.h"
#include "system/parallel/options.h"

namespace pinpoint::parallel {

/// The world cut into groups of the same size: a group's ranks hold one copy of the weights together, and groups are
/// replicas of each other.
struct ShardGroup {
  Communicator ranks;     ///< null where a group is one rank
  Communicator replicas;  ///< the ranks that keep the same slice, one of every group; null where there is one group
  int size() const { return ranks.size(); }
};

/// How many ranks a group has: `shard` as it stands (`auto` has been decided by whoever knows the memory). Collective.
/// \throws UserError where it does not divide the world, or machines have different numbers of ranks (shard: node)
int group_size(const Shard& shard, const Communicator& world);

/// Groups of `size` ranks, machine by machine, so that a group lies on one of them where it can. Collective.
/// \pre size divides world.size()
ShardGroup make_shard_group(const Communicator& world, int size);

}  // namespace pinpoint::parallel
