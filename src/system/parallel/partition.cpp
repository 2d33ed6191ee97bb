#include "system/parallel/partition.h"

#include <algorithm>
#include <numeric>

#include "system/base/check.h"

namespace pinpoint::parallel {

int snake_owner(std::int64_t item, int size) {
  PINPOINT_EXPECT(item >= 0 && size > 0);
  const auto place = static_cast<int>(item % (2 * size));
  return place < size ? place : 2 * size - 1 - place;
}

std::vector<int> even_by_cost(const std::vector<double>& cost, int size) {
  std::vector<std::size_t> order(cost.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return cost[a] > cost[b]; });
  std::vector<double> work(static_cast<std::size_t>(size), 0);
  std::vector<int> owner(cost.size(), 0);
  for (const std::size_t item : order) {
    const auto least = std::min_element(work.begin(), work.end());
    owner[item] = static_cast<int>(least - work.begin());
    *least += cost[item];
  }
  return owner;
}

int place_by_node(const std::vector<int>& node_of, int rank) {
  const int mine = node_of[static_cast<std::size_t>(rank)];
  int place = 0;
  for (int other = 0; other < static_cast<int>(node_of.size()); ++other) {
    const int node = node_of[static_cast<std::size_t>(other)];
    place += node < mine || (node == mine && other < rank);
  }
  return place;
}

}  // namespace pinpoint::parallel
