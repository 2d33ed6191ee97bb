#include "study/tuning/dealing.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace pinpoint::tuning {
namespace {

/// Dialogues stop moving when the costs of the busiest and the idlest rank differ by less than this share of the mean.
constexpr double tolerated_gap = 0.02;

/// The dialogue of the busiest rank whose move to the idlest rank leaves the smallest gap: its cost is the nearest to
/// half of the gap. None if no move makes the gap smaller.
std::optional<std::size_t> best_move(const std::vector<int>& owner, const std::vector<double>& costs, int from,
                                     double gap) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < costs.size(); ++i) {
    if (owner[i] != from || costs[i] >= gap) continue;
    if (!best || std::abs(costs[i] - gap / 2) < std::abs(costs[*best] - gap / 2)) best = i;
  }
  return best;
}

}  // namespace

double dialogue_cost(const transformer::ModelConfig& config, std::int64_t length) {
  const auto products =
      static_cast<double>(config.width * (2 * config.heads_width() + 2 * config.kv_width() + 3 * config.mlp_width));
  const auto attention = static_cast<double>(2 * config.heads_width() * length);
  return static_cast<double>(length) * (products + attention);
}

std::vector<int> deal(const std::vector<std::int64_t>& indices, const std::vector<double>& costs, int ranks) {
  std::vector<int> owner;
  std::vector<double> work(static_cast<std::size_t>(ranks), 0);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    owner.push_back(static_cast<int>(indices[i] % ranks));
    work[static_cast<std::size_t>(owner[i])] += costs[i];
  }
  const double mean = std::accumulate(costs.begin(), costs.end(), 0.0) / ranks;
  while (true) {
    const auto [least, most] = std::minmax_element(work.begin(), work.end());
    if (*most - *least <= tolerated_gap * mean) return owner;
    const auto moved = best_move(owner, costs, static_cast<int>(most - work.begin()), *most - *least);
    if (!moved) return owner;
    owner[*moved] = static_cast<int>(least - work.begin());
    *most -= costs[*moved];
    *least += costs[*moved];
  }
}

}  // namespace pinpoint::tuning
