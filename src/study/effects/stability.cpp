#include "study/effects/stability.h"

#include <algorithm>
#include <numeric>

#include "study/effects/ranking.h"
#include "study/effects/statistics.h"

namespace pinpoint::effects {
namespace {

/// The heads as measured on one half of the samples.
struct Half {
  Half(const SampleEffects& effects, std::span<const std::int64_t> samples)
      : means(mean(effects, samples)), order(ascending_order(means)) {}
  std::vector<double> means;        ///< [heads]
  std::vector<std::int64_t> order;  ///< heads, most negative mean first
};

/// Mean of `values` over the first k heads of `order`, for each k of `top_k`.
std::vector<double> top_means(std::span<const double> values, std::span<const std::int64_t> order,
                              std::span<const std::int64_t> top_k) {
  std::vector<double> result;
  for (const std::int64_t k : top_k) {
    double sum = 0;
    for (const std::int64_t head : order.first(static_cast<std::size_t>(k)))
      sum += values[static_cast<std::size_t>(head)];
    result.push_back(sum / static_cast<double>(k));
  }
  return result;
}

/// Share of the first k heads that both orders share, for each k of `top_k`.
std::vector<double> top_overlaps(const Half& left, const Half& right, std::span<const std::int64_t> top_k) {
  std::vector<std::int64_t> place_in_right(right.order.size());
  for (std::size_t place = 0; place < right.order.size(); ++place)
    place_in_right[static_cast<std::size_t>(right.order[place])] = static_cast<std::int64_t>(place);
  std::vector<double> result;
  for (const std::int64_t k : top_k) {
    const auto in_both = std::count_if(left.order.begin(), left.order.begin() + k, [&](std::int64_t head) {
      return place_in_right[static_cast<std::size_t>(head)] < k;
    });
    result.push_back(static_cast<double>(in_both) / static_cast<double>(k));
  }
  return result;
}

void add_to(std::vector<double>& sum, const std::vector<double>& terms, double weight) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += weight * terms[i];
}

/// Adds the results of one split, with its weight in the mean over all splits.
void add_split(const Half& first, const Half& second, std::span<const std::int64_t> top_k, double weight,
               Stability& result) {
  result.split_half_rank_correlation += weight * rank_correlation(first.means, second.means);
  add_to(result.top_k_overlap, top_overlaps(first, second, top_k), weight);
  add_to(result.top_k_effect_cross_fitted, top_means(second.means, first.order, top_k), weight / 2);
  add_to(result.top_k_effect_cross_fitted, top_means(first.means, second.order, top_k), weight / 2);
}

}  // namespace

std::vector<Split> random_splits(std::int64_t samples, std::int64_t count, Random random) {
  std::vector<Split> splits;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::vector<std::int64_t> shuffled = random.sample(samples, samples);
    Split split;
    split.first.assign(shuffled.begin(), shuffled.begin() + samples / 2);
    split.second.assign(shuffled.begin() + samples / 2, shuffled.end());
    std::sort(split.first.begin(), split.first.end());
    std::sort(split.second.begin(), split.second.end());
    splits.push_back(std::move(split));
  }
  return splits;
}

std::vector<std::int64_t> powers_to_half(std::int64_t heads) {
  std::vector<std::int64_t> powers;
  for (std::int64_t k = 1; k <= heads / 2; k *= 2) powers.push_back(k);
  return powers;
}

Stability stability(const SampleEffects& effects, std::span<const std::int64_t> top_k, std::span<const Split> splits) {
  const std::vector<double> unknown(top_k.size(), undefined), zeros(top_k.size(), 0.0);
  if (effects.samples < 2) return {undefined, unknown, unknown, unknown};
  const std::vector<double> means = mean(effects);
  Stability result{0, zeros, top_means(means, ascending_order(means), top_k), zeros};
  const double weight = 1 / static_cast<double>(splits.size());
  for (const Split& split : splits)
    add_split(Half(effects, split.first), Half(effects, split.second), top_k, weight, result);
  return result;
}

}  // namespace pinpoint::effects
