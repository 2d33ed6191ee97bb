// ranks: 1 2 3 4
/// \file
/// Groups of ranks, and the gather that proceeds while a rank computes.

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "support/user_error.h"
#include "system/parallel/collectives.h"
#include "system/parallel/shard_group.h"
#include "system/parallel/slice_gather.h"

namespace pinpoint::parallel {
namespace {

using testing::HasSubstr;

class Groups : public testing::Test {
 protected:
  const Communicator world = Communicator::world();
};

TEST_F(Groups, OfEverySizeThatDividesTheRanks) {
  for (int size = 1; size <= world.size(); ++size) {
    if (world.size() % size != 0) continue;
    const ShardGroup group = make_shard_group(world, size);
    EXPECT_EQ(group.size(), size);
    EXPECT_EQ(group.ranks.rank(), world.rank() % size);
    EXPECT_EQ(group.replicas.size(), world.size() / size);
    EXPECT_EQ(group.replicas.rank(), world.rank() / size);
    EXPECT_EQ(sum(group.ranks, world.rank()), [&] {
      int expected = 0;
      for (int r = 0; r < size; ++r) expected += world.rank() / size * size + r;
      return expected;
    }());
  }
}

TEST_F(Groups, AreAsLargeAsTheOptionSays) {
  using Over = Shard::Over;
  EXPECT_EQ(group_size({Over::world}, world), world.size());
  EXPECT_EQ(group_size({Over::node}, world), world.size());  // one machine
  EXPECT_EQ(group_size({Over::ranks, 1}, world), 1);
  const int too_many = world.size() + 1;
  EXPECT_THAT(test::user_error([&] { group_size({Over::ranks, too_many}, world); }), HasSubstr("parallel.shard"));
}

TEST_F(Groups, GatherSlicesInOrderOfRank) {
  const ShardGroup group = make_shard_group(world, world.size());
  if (group.size() == 1) GTEST_SKIP() << "needs more than one rank";
  constexpr std::int64_t bytes = 64 * 1000;
  std::optional<SliceGather> gather;
  for (std::int64_t round = 0; round < 3; ++round) {
    const at::Tensor slice = (at::arange(bytes) + 7 * world.rank() + round).to(at::kByte);
    const at::Tensor whole = at::full({group.size() * bytes}, 255, at::kByte);
    gather.emplace(group.ranks, slice, whole);
    if (round == 0)
      gather->wait();
    else if (round == 1)
      while (!gather->make_progress()) {
      }
    gather.reset();  // the last one waits in its destructor
    for (int r = 0; r < group.size(); ++r)
      EXPECT_TRUE(at::equal(whole.narrow(0, r * bytes, bytes), (at::arange(bytes) + 7 * r + round).to(at::kByte)));
  }
}

}  // namespace
}  // namespace pinpoint::parallel
