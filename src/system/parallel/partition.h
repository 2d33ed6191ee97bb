/// \file
/// Divides work among ranks by index arithmetic, without MPI.
#pragma once

#include <cstdint>
#include <vector>

namespace pinpoint::parallel {

/// Items begin .. end-1.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t size() const { return end - begin; }
  bool operator==(const Range&) const = default;
};

/// Deals items in the order 0 1 .. .. 1 0, 0 1 ... If the work of items decreases with their index, as with
/// the sweep's tiles, the ranks' sums differ by at most one item. \returns the owner of `item` among `size` ranks
int snake_owner(std::int64_t item, int size);

/// Divides items so that the sums of `cost` are about even: the costliest item first, always to the rank with the least
/// work (ties: lower index, lower rank). \returns each item's owner
std::vector<int> even_by_cost(const std::vector<double>& cost, int size);

/// The place of `rank` if ranks are ordered by machine, then by rank. node_of[r]: a number for rank r's machine;
/// machines are ordered by it.
int place_by_node(const std::vector<int>& node_of, int rank);

}  // namespace pinpoint::parallel
