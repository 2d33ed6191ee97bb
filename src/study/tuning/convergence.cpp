#include "study/tuning/convergence.h"

#include <limits>
#include <numeric>

namespace pinpoint::tuning {

bool has_converged(const Converge& rule, std::span<const double> losses) {
  const auto window = static_cast<std::size_t>(rule.window);
  double best = std::numeric_limits<double>::infinity();
  std::int64_t stale = 0;
  for (std::size_t begin = 0; begin + window <= losses.size(); begin += window) {
    const auto part = losses.subspan(begin, window);
    const double mean = std::accumulate(part.begin(), part.end(), 0.0) / static_cast<double>(window);
    const bool lower = mean < best * (1 - rule.relative);
    stale = lower ? 0 : stale + 1;
    if (stale >= rule.patience) return true;
    best = std::min(best, mean);
  }
  return false;
}

}  // namespace pinpoint::tuning
