#include "bench/support/paired_timing.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "system/base/check.h"

namespace pinpoint::bench {
namespace {

constexpr double shortest_turn = 0.1;  // seconds

double seconds_of(const std::function<void()>& thing, std::int64_t calls) {
  const auto start = std::chrono::steady_clock::now();
  for (std::int64_t i = 0; i < calls; ++i) thing();
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  return passed.count() / static_cast<double>(calls);
}

/// The first call may allocate and pack. The second one shows how long a call takes.
std::int64_t warm_up(const std::function<void()>& thing, Calls calls) {
  const double first = seconds_of(thing, 1);
  if (calls == Calls::once || first >= shortest_turn) return 1;
  return static_cast<std::int64_t>(std::ceil(shortest_turn / std::max(1e-6, seconds_of(thing, 1))));
}

/// Interpolates linearly between the two neighbours of position `share` in the sorted values.
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

}  // namespace

Spread spread_of(std::vector<double> values) {
  PINPOINT_EXPECT(!values.empty());
  std::sort(values.begin(), values.end());
  return {.median = quantile(values, 0.5), .low = quantile(values, 0.25), .high = quantile(values, 0.75)};
}

Spread Rounds::seconds(std::size_t thing) const { return spread_of(seconds_[thing]); }

Spread Rounds::ratio(std::size_t thing, std::size_t other, double scale) const {
  std::vector<double> ratios;
  for (std::size_t round = 0; round < seconds_[thing].size(); ++round)
    ratios.push_back(scale * seconds_[thing][round] / seconds_[other][round]);
  return spread_of(std::move(ratios));
}

Rounds time_in_turns(std::int64_t rounds, Calls calls, const std::vector<std::function<void()>>& things) {
  std::vector<std::int64_t> calls_a_turn;
  for (const auto& thing : things) calls_a_turn.push_back(warm_up(thing, calls));
  std::vector<std::vector<double>> seconds(things.size());
  for (std::int64_t round = 0; round < rounds; ++round)
    for (std::size_t turn = 0; turn < things.size(); ++turn) {
      const std::size_t i = (static_cast<std::size_t>(round) + turn) % things.size();
      seconds[i].push_back(seconds_of(things[i], calls_a_turn[i]));
    }
  return Rounds(std::move(seconds));
}

}  // namespace pinpoint::bench
