#include "study/effects/random_heads.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "system/base/check.h"
#include "system/base/random.h"

namespace pinpoint::effects {
namespace {

/// The nearest to `layer` of the layers with heads left.
std::int64_t nearest_layer(const std::vector<std::vector<std::int64_t>>& left, std::int64_t layer) {
  std::int64_t nearest = -1;
  for (std::int64_t other = 0; other < std::ssize(left); ++other) {
    if (left[static_cast<std::size_t>(other)].empty()) continue;
    if (nearest < 0 || std::abs(other - layer) < std::abs(nearest - layer)) nearest = other;
  }
  return nearest;
}

}  // namespace

RandomHeads matched_random_heads(const std::vector<HeadId>& chosen, std::int64_t layers, std::int64_t heads,
                                 std::uint64_t seed, std::int64_t draw) {
  const std::set<HeadId> taken(chosen.begin(), chosen.end());
  validate(2 * std::ssize(chosen) <= layers * heads,
           "select.random_draw: {} of {} heads are chosen (too few others are left to draw from); lower select.count",
           chosen.size(), layers * heads);
  std::vector<std::vector<std::int64_t>> left(static_cast<std::size_t>(layers));
  for (std::int64_t layer = 0; layer < layers; ++layer)
    for (std::int64_t head = 0; head < heads; ++head)
      if (!taken.contains({layer, head})) left[static_cast<std::size_t>(layer)].push_back(head);

  Random random(seed, fmt::format("random heads, draw {}", draw));
  RandomHeads result;
  for (const HeadId& head : taken) {
    const std::int64_t layer = nearest_layer(left, head.layer);
    auto& choices = left[static_cast<std::size_t>(layer)];
    const auto choice = choices.begin() + static_cast<std::ptrdiff_t>(random.below(choices.size()));
    result.heads.push_back({layer, *choice});
    result.moved += layer != head.layer;
    choices.erase(choice);
  }
  std::ranges::sort(result.heads);
  return result;
}

}  // namespace pinpoint::effects
