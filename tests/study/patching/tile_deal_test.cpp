#include "study/patching/tile_deal.h"

#include <gmock/gmock.h>

#include <map>
#include <tuple>

namespace pinpoint::patching {
namespace {

using ::testing::ElementsAre;

/// Two groups of 2 and 1 samples; 3 layers, 2 heads, tiles of 4: 14 and 7 rows.
const std::vector<GroupPlace> groups{{0, {2, 3, 2, 4, 2}}, {2, {1, 3, 2, 4, 1}}};

std::vector<std::tuple<std::size_t, std::int64_t, int>> dealt(int ranks) {
  std::vector<std::tuple<std::size_t, std::int64_t, int>> tiles;
  for (const DealtTile& tile : deal_tiles(groups, ranks)) tiles.emplace_back(tile.group, tile.tile, tile.owner);
  return tiles;
}

TEST(TileDeal, IsInOrderOfJoiningForthAndBackOverTheRanks) {
  using T = std::tuple<std::size_t, std::int64_t, int>;
  // First layers: group 0 -1, 0, 1, 2; group 1 -1 and 1.
  EXPECT_THAT(dealt(2), ElementsAre(T{0, 0, 0}, T{1, 0, 1}, T{0, 1, 1}, T{0, 2, 0}, T{1, 1, 0}, T{0, 3, 1}));
}

TEST(TileDeal, GivesEveryTileToOneRank) {
  for (const int ranks : {1, 2, 3, 5, 100}) {
    std::map<std::pair<std::size_t, std::int64_t>, int> times;
    for (const DealtTile& tile : deal_tiles(groups, ranks)) {
      ++times[{tile.group, tile.tile}];
      EXPECT_LT(tile.owner, ranks);
    }
    EXPECT_EQ(times.size(), 6u);
    for (const auto& [tile, count] : times) EXPECT_EQ(count, 1);
  }
}

}  // namespace
}  // namespace pinpoint::patching
