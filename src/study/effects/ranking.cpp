#include "study/effects/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "system/base/check.h"

namespace pinpoint::effects {
namespace {

/// A strict weak order in which NaN is larger than everything else.
bool less(double left, double right) {
  if (std::isnan(left) || std::isnan(right)) return !std::isnan(left) && std::isnan(right);
  return left < right;
}

/// Rank of each value, from 0; equal values share the mean of their ranks.
std::vector<double> mean_ranks(std::span<const double> values) {
  const std::vector<std::int64_t> order = ascending_order(values);
  const auto value_at = [&](std::size_t place) { return values[static_cast<std::size_t>(order[place])]; };
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && !less(value_at(begin), value_at(end))) ++end;
    const double shared = static_cast<double>(begin + end - 1) / 2;
    for (std::size_t place = begin; place < end; ++place) ranks[static_cast<std::size_t>(order[place])] = shared;
  }
  return ranks;
}

}  // namespace

std::vector<std::int64_t> ascending_order(std::span<const double> values) {
  std::vector<std::int64_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t left, std::int64_t right) {
    return less(values[static_cast<std::size_t>(left)], values[static_cast<std::size_t>(right)]);
  });
  return order;
}

std::vector<HeadId> rank_heads(std::span<const double> effects, std::int64_t heads) {
  std::vector<HeadId> ranking;
  for (const std::int64_t index : ascending_order(effects)) ranking.push_back({index / heads, index % heads});
  return ranking;
}

double rank_correlation(std::span<const double> left, std::span<const double> right) {
  PINPOINT_EXPECT(left.size() == right.size());
  const std::vector<double> l = mean_ranks(left), r = mean_ranks(right);
  const double middle = (static_cast<double>(l.size()) - 1) / 2;
  double both = 0, left_only = 0, right_only = 0;
  for (std::size_t i = 0; i < l.size(); ++i) {
    both += (l[i] - middle) * (r[i] - middle);
    left_only += (l[i] - middle) * (l[i] - middle);
    right_only += (r[i] - middle) * (r[i] - middle);
  }
  if (left_only == 0 || right_only == 0) return std::numeric_limits<double>::quiet_NaN();
  return both / (std::sqrt(left_only) * std::sqrt(right_only));
}

}  // namespace pinpoint::effects
