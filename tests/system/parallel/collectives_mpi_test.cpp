// ranks: 1 2 3 5
/// \file
/// Collectives on tensors and texts. The ranks contribute different sizes on purpose.

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>

#include "system/parallel/collectives.h"
#include "system/parallel/hosts.h"
#include "system/parallel/row_exchange.h"

namespace pinpoint::parallel {
namespace {

class Collectives : public testing::Test {
 protected:
  const Communicator world = Communicator::world();
};

/// Rank r gives r rows, [r, 2], of value r. Rank 0 gives none.
at::Tensor rows_of(int rank, at::ScalarType type) { return at::full({rank, 2}, rank, type); }

at::Tensor rows_of_all(int size, at::ScalarType type) {
  std::vector<at::Tensor> all;
  for (int rank = 0; rank < size; ++rank) all.push_back(rows_of(rank, type));
  return at::cat(all);
}

TEST_F(Collectives, DecisionsAreThoseOfRankZero) {
  EXPECT_EQ(of_root(world, 0.5 + world.rank()), 0.5);
  EXPECT_TRUE(of_root(world, world.is_root()));
  EXPECT_FALSE(of_root(world, !world.is_root()));
  EXPECT_EQ(of_root({}, 3.0), 3.0);
}

TEST_F(Collectives, AllGatherPutsRowsInOrderOfRank) {
  for (const auto type : {at::kFloat, at::kBFloat16, at::kLong})
    EXPECT_TRUE(at::equal(all_gather(world, rows_of(world.rank(), type)), rows_of_all(world.size(), type)));
}

TEST_F(Collectives, GatherGivesThemToRankZeroOnly) {
  const at::Tensor all = gather(world, rows_of(world.rank(), at::kFloat));
  EXPECT_EQ(all.defined(), world.is_root());
  if (world.is_root()) {
    EXPECT_TRUE(at::equal(all, rows_of_all(world.size(), at::kFloat)));
  }
}

TEST_F(Collectives, BroadcastReplacesTensorAndTextOnAllRanks) {
  const int root = world.size() - 1;
  at::Tensor tensor = at::full({3, 2}, world.rank(), at::kFloat);
  broadcast(world, tensor, root);
  EXPECT_TRUE(at::equal(tensor, at::full({3, 2}, root, at::kFloat)));
  EXPECT_EQ(broadcast(world, std::string(static_cast<std::size_t>(world.rank() + 1), 'x'), root),
            std::string(static_cast<std::size_t>(root + 1), 'x'));
}

TEST_F(Collectives, GatherTextsKeepsEmptyOnes) {
  const auto texts = gather(world, std::string(static_cast<std::size_t>(world.rank()), 'y'));
  ASSERT_EQ(texts.size(), world.is_root() ? static_cast<std::size_t>(world.size()) : 0u);
  for (std::size_t r = 0; r < texts.size(); ++r) EXPECT_EQ(texts[r], std::string(r, 'y'));
}

TEST_F(Collectives, ReductionsOfCounts) {
  const std::int64_t n = world.size();
  EXPECT_EQ(sum(world, world.rank()), n * (n - 1) / 2);
  EXPECT_EQ(maximum(world, world.rank()), n - 1);
  EXPECT_EQ(minimum(world, world.rank() + 7), 7);
}

/// 1e8 + 1 - 1e8 is 0 in float32 from left to right, 1 in any order that adds the large ones first.
TEST_F(Collectives, SumInOrderAddsFromLeftToRightOnEveryRank) {
  const std::vector<float> given{1e8f, 1, -1e8f, 3, 5};
  at::Tensor mine = at::full({3, 5}, given[static_cast<std::size_t>(world.rank() % 5)], at::kFloat);
  float expected = 0;
  for (int rank = 0; rank < world.size(); ++rank) expected += given[static_cast<std::size_t>(rank % 5)];
  sum_in_order(world, mine);
  EXPECT_TRUE(at::equal(mine, at::full({3, 5}, expected, at::kFloat)));
  at::Tensor positions = at::arange(0, 7, at::kDouble) + world.rank();  // not a multiple of the number of ranks
  sum_in_order(world, positions);
  const double n = world.size();
  EXPECT_TRUE(at::equal(positions, at::arange(0, 7, at::kDouble) * n + n * (n - 1) / 2));
  at::Tensor none = at::empty({0}, at::kFloat);
  sum_in_order(world, none);
}

TEST_F(Collectives, RowExchangeReturnsItemsInOrderForAnyOwners) {
  // Seven items with scattered owners. With five ranks, some own one item and some two.
  std::vector<int> owner;
  for (int item = 0; item < 7; ++item) owner.push_back((3 * item + 1) % world.size());
  const RowExchange exchange(world, owner);
  std::vector<std::int64_t> mine;
  for (const std::int64_t item : exchange.mine()) mine.push_back(10 * item);
  const at::Tensor all = exchange.share(at::tensor(mine, at::kLong));
  EXPECT_TRUE(at::equal(all, at::arange(0, 70, 10, at::kLong)));
}

TEST_F(Collectives, EveryRankIsOnThisHost) {
  const Peers peers = peers_on_host(world);
  EXPECT_EQ(peers.all, world.size());
  EXPECT_EQ(peers.before, world.rank());
  EXPECT_EQ(host_names(world).size(), static_cast<std::size_t>(world.size()));
}

TEST(NullCommunicator, IsOneRankInAnyWorld) {
  const Communicator null;
  EXPECT_EQ(null.size(), 1);
  EXPECT_TRUE(at::equal(all_gather(null, at::arange(4)), at::arange(4)));
  EXPECT_THAT(gather(null, std::string("a")), testing::ElementsAre("a"));
  EXPECT_EQ(sum(null, 5), 5);
}

}  // namespace
}  // namespace pinpoint::parallel
