/// \file
/// The search for the most that fits.
#pragma once

#include <cstdint>

namespace pinpoint::planning {

/// The largest n of 1 .. most for which `holds(n)`, which holds up to some n and for none above it; 0 where for none.
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
