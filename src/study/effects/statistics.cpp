#include "study/effects/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace pinpoint::effects {
namespace {

constexpr double low_fraction = 0.025, high_fraction = 0.975;
/// Heads computed at a time, so that their effects in all samples and all their resampled means stay in the cache.
constexpr std::int64_t heads_at_once = 128;

void add_weighted(double weight, std::span<const double> values, std::span<double> sum) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += weight * values[i];
}

/// [heads of the range] means over one resample.
void resampled_mean(const SampleEffects& effects, std::span<const std::int32_t> times_drawn, std::int64_t first_head,
                    std::span<double> result) {
  std::fill(result.begin(), result.end(), 0.0);
  for (std::int64_t sample = 0; sample < effects.samples; ++sample) {
    const std::int32_t times = times_drawn[static_cast<std::size_t>(sample)];
    if (times == 0) continue;
    add_weighted(times, effects.of_sample(sample).subspan(static_cast<std::size_t>(first_head), result.size()), result);
  }
  for (double& sum : result) sum /= static_cast<double>(effects.samples);
}

void add_intervals(const SampleEffects& effects, const Resamples& resamples, std::int64_t first_head,
                   std::int64_t head_count, Intervals& intervals) {
  const auto heads = static_cast<std::size_t>(head_count), count = static_cast<std::size_t>(resamples.count());
  std::vector<double> means(heads);
  std::vector<std::vector<double>> distributions(heads, std::vector<double>(count));
  for (std::size_t b = 0; b < count; ++b) {
    resampled_mean(effects, resamples.times_drawn(static_cast<std::int64_t>(b)), first_head, means);
    for (std::size_t head = 0; head < heads; ++head) distributions[head][b] = means[head];
  }
  for (std::vector<double>& distribution : distributions) {
    intervals.low.push_back(percentile(distribution, low_fraction));
    intervals.high.push_back(percentile(std::move(distribution), high_fraction));
  }
}

}  // namespace

std::vector<double> mean(const SampleEffects& effects) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(effects.samples));
  std::iota(all.begin(), all.end(), 0);
  return mean(effects, all);
}

std::vector<double> mean(const SampleEffects& effects, std::span<const std::int64_t> samples) {
  std::vector<double> result(static_cast<std::size_t>(effects.heads), samples.empty() ? undefined : 0.0);
  for (const std::int64_t sample : samples) add_weighted(1, effects.of_sample(sample), result);
  for (double& sum : result) sum /= static_cast<double>(samples.size());
  return result;
}

std::vector<double> standard_error(const SampleEffects& effects) {
  const auto heads = static_cast<std::size_t>(effects.heads);
  if (effects.samples < 2) return std::vector<double>(heads, undefined);
  const std::vector<double> means = mean(effects);
  std::vector<double> result(heads, 0.0);
  for (std::int64_t sample = 0; sample < effects.samples; ++sample) {
    const std::span<const double> values = effects.of_sample(sample);
    for (std::size_t head = 0; head < heads; ++head)
      result[head] += (values[head] - means[head]) * (values[head] - means[head]);
  }
  const auto n = static_cast<double>(effects.samples);
  for (double& value : result) value = std::sqrt(value / (n - 1) / n);
  return result;
}

double spread(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  const auto add_square = [&](double sum, double value) { return sum + (value - mean) * (value - mean); };
  return std::sqrt(std::accumulate(values.begin(), values.end(), 0.0, add_square) / n);
}

Resamples::Resamples(std::int64_t resamples, std::int64_t samples, Random random)
    : count_(resamples), samples_(samples), times_drawn_(static_cast<std::size_t>(resamples * samples)) {
  for (std::int64_t resample = 0; resample < resamples; ++resample)
    for (std::int64_t draw = 0; draw < samples; ++draw) {
      const auto sample = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(samples)));
      ++times_drawn_[static_cast<std::size_t>(resample * samples + sample)];
    }
}

std::span<const std::int32_t> Resamples::times_drawn(std::int64_t resample) const {
  return std::span(times_drawn_)
      .subspan(static_cast<std::size_t>(resample * samples_), static_cast<std::size_t>(samples_));
}

Intervals bootstrap_intervals(const SampleEffects& effects, const Resamples& resamples) {
  Intervals intervals;
  if (effects.samples < 2) {
    intervals.low.assign(static_cast<std::size_t>(effects.heads), undefined);
    intervals.high = intervals.low;
    return intervals;
  }
  for (std::int64_t head = 0; head < effects.heads; head += heads_at_once)
    add_intervals(effects, resamples, head, std::min(heads_at_once, effects.heads - head), intervals);
  return intervals;
}

double percentile(std::vector<double> values, double fraction) {
  if (values.empty() || std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); }))
    return undefined;
  const double place = static_cast<double>(values.size() - 1) * fraction;
  const auto below = values.begin() + static_cast<std::ptrdiff_t>(place);
  std::nth_element(values.begin(), below, values.end());
  const double rest = place - std::floor(place);
  if (rest == 0) return *below;
  return *below + rest * (*std::min_element(below + 1, values.end()) - *below);
}

}  // namespace pinpoint::effects
