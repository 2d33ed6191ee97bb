/// \file
/// Which rank computes which tile of a block: index arithmetic, the same on every rank.
#pragma once

#include <cstdint>
#include <vector>

#include "study/patching/row_layout.h"

namespace pinpoint::patching {

/// A group's first sample, counted within the block, and its rows.
struct GroupPlace {
  std::int64_t first = 0;
  RowLayout layout;
};

struct DealtTile {
  std::size_t group = 0;  ///< index of its group
  std::int64_t tile = 0;  ///< number within the group
  int owner = 0;          ///< rank
};

/// Tiles of all groups, in order of joining, dealt in turn, so that every rank has as many at every layer.
std::vector<DealtTile> deal_tiles(const std::vector<GroupPlace>& groups, int ranks);

}  // namespace pinpoint::patching
