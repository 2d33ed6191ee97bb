#include "system/parallel/shard_group.h"

#include <ATen/ops/full.h>

#include "system/base/check.h"
#include "system/parallel/collectives.h"
#include "system/parallel/partition.h"

namespace pinpoint::parallel {
namespace {

int ranks_of_a_node(const Communicator& world) {
  const int mine = world.on_node().size();
  const auto least = minimum(world, mine), most = maximum(world, mine);
  validate(least == most,
           "parallel.shard: node, but the machines have between {} and {} ranks (a layer is divided evenly); start the "
           "same number everywhere, or give a number",
           least, most);
  return mine;
}

}  // namespace

int group_size(const Shard& shard, const Communicator& world) {
  PINPOINT_EXPECT(shard.over != Shard::Over::automatic);
  const int size = shard.over == Shard::Over::world  ? world.size()
                   : shard.over == Shard::Over::node ? ranks_of_a_node(world)
                                                     : shard.ranks;
  validate(world.size() % size == 0,
           "parallel.shard: {}, but the job has {} ranks (groups of {} do not divide them); choose a divisor of {}",
           size, world.size(), size, world.size());
  return size;
}

ShardGroup make_shard_group(const Communicator& world, int size) {
  PINPOINT_EXPECT(size >= 1 && world.size() % size == 0);
  ShardGroup group;
  if (size > 1) {
    const int node = static_cast<int>(minimum(world.on_node(), world.rank()));
    const at::Tensor nodes = all_gather(world, at::full({1}, node, at::kInt));  // [ranks]
    const int* first = nodes.data_ptr<int>();
    group.ranks = world.split(place_by_node({first, first + nodes.numel()}, world.rank()) / size);
  }
  if (size < world.size()) group.replicas = world.split(group.ranks.rank());
  return group;
}

}  // namespace pinpoint::parallel
