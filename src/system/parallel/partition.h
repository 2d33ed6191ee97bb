/// \file
/// Who owns what, as index arithmetic without MPI.
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

/// Deals items in the order 0 1 .. .. 1 0, 0 1 ..: where an item's work falls with its index, as that of the
/// sweep's tiles does, the ranks' sums stay within one item of each other.
int snake_owner(std::int64_t item, int size);

/// Shares whose sums of `cost` are as even as taking the costliest item first and giving it to the rank with least
/// work makes them (ties: lower index, lower rank). Returns each item's owner.
std::vector<int> even_by_cost(const std::vector<double>& cost, int size);

/// The place of `rank` where the ranks stand machine by machine, and in order of rank on each. node_of[r]: what tells
/// rank r's machine from others; machines stand in that order.
int place_by_node(const std::vector<int>& node_of, int rank);

}  // namespace pinpoint::parallel
