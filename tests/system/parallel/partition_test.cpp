#include "system/parallel/partition.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>

namespace pinpoint::parallel {
namespace {

using testing::ElementsAre;

TEST(SnakeOwner, TurnsAtTheEnds) {
  std::vector<int> owners;
  for (int i = 0; i < 9; ++i) owners.push_back(snake_owner(i, 3));
  EXPECT_THAT(owners, ElementsAre(0, 1, 2, 2, 1, 0, 0, 1, 2));
}

TEST(SnakeOwner, EvensOutWorkThatDecreasesWithTheIndex) {
  // 17 tiles with work for 17, 16, .., 1 layers. Dealt 0 1 0 1 .., the sums would be 81 and 72.
  std::vector<int> work(2, 0);
  for (int i = 0; i < 17; ++i) work[static_cast<std::size_t>(snake_owner(i, 2))] += 17 - i;
  EXPECT_LE(std::abs(work[0] - work[1]), 1);
}

TEST(EvenByCost, GivesTheCostliestFirstToTheLeastLoaded) {
  // 5 -> rank 0, 4 -> rank 1, 3 -> rank 1 (7), 3 -> rank 0 (8), 1 -> rank 1 (8)
  EXPECT_THAT(even_by_cost({1, 5, 3, 4, 3}, 2), ElementsAre(1, 0, 1, 1, 0));
}

TEST(EvenByCost, HasMoreRanksThanItems) { EXPECT_THAT(even_by_cost({2}, 5), ElementsAre(0)); }

TEST(PlaceByNode, OrdersRanksByMachine) {
  // Some launchers deal ranks to machines in turn. Those of machine 0 come first.
  const std::vector<int> node_of{0, 1, 0, 1, 0, 1};
  std::vector<int> places;
  for (int rank = 0; rank < 6; ++rank) places.push_back(place_by_node(node_of, rank));
  EXPECT_THAT(places, ElementsAre(0, 3, 1, 4, 2, 5));
}

}  // namespace
}  // namespace pinpoint::parallel
