#include "study/patching/tile_deal.h"

#include <algorithm>

#include "system/parallel/partition.h"

namespace pinpoint::patching {

std::vector<DealtTile> deal_tiles(const std::vector<GroupPlace>& groups, int ranks) {
  std::vector<DealtTile> tiles;
  for (std::size_t group = 0; group < groups.size(); ++group)
    for (std::int64_t tile = 0; tile < groups[group].layout.tiles(); ++tile) tiles.push_back({group, tile, 0});
  std::ranges::stable_sort(tiles, {}, [&](const DealtTile& t) { return groups[t.group].layout.first_layer(t.tile); });
  for (std::size_t i = 0; i < tiles.size(); ++i)
    tiles[i].owner = parallel::snake_owner(static_cast<std::int64_t>(i), ranks);
  return tiles;
}

}  // namespace pinpoint::patching
