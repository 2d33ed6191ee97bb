/// \file
/// Binary search.
#pragma once

#include <cstdint>

namespace pinpoint::planning {

/// The largest n in [1, most] with holds(n), else 0. \pre holds is monotone: once false, it stays false
template <class Holds>
std::int64_t most_that_hold(std::int64_t most, Holds holds) {
  std::int64_t low = 0, high = most;
  while (low < high) {
    const std::int64_t middle = low + (high - low + 1) / 2;
    if (holds(middle))
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

}  // namespace pinpoint::planning
