/// \file
/// Means over samples and their uncertainty (docs/method.md, 3.4). Plain loops in a fixed order give the same bits for
/// any number of ranks and threads.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "study/effects/sample_effects.h"
#include "system/base/random.h"

namespace pinpoint::effects {

/// The value of a statistic of too few samples.
inline constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// [heads] mean over all samples; NaN without samples.
std::vector<double> mean(const SampleEffects& effects);
/// [heads] mean over the given samples. \param samples indices in `effects`
std::vector<double> mean(const SampleEffects& effects, std::span<const std::int64_t> samples);

/// [heads] standard error of the mean: sqrt(sum of squared deviations / (n - 1) / n); NaN with fewer than 2 samples.
std::vector<double> standard_error(const SampleEffects& effects);

/// Standard deviation of values around their mean (their number in the denominator); NaN without values.
double spread(std::span<const double> values);

/// How often each sample is drawn in each of `resamples` draws of `samples` samples with replacement.
class Resamples {
 public:
  Resamples(std::int64_t resamples, std::int64_t samples, Random random);
  std::int64_t count() const { return count_; }
  /// [samples]
  std::span<const std::int32_t> times_drawn(std::int64_t resample) const;

 private:
  std::int64_t count_, samples_;
  std::vector<std::int32_t> times_drawn_;  // [resamples, samples]
};

struct Intervals {
  std::vector<double> low, high;  ///< [heads]
};

/// The 2.5 % and 97.5 % percentiles of the resampled means, with the same draws for every head. NaN with fewer than 2
/// samples, without resamples, and if a resampled mean is NaN.
Intervals bootstrap_intervals(const SampleEffects& effects, const Resamples& resamples);

/// Linear between the two order statistics around (n - 1) * fraction. NaN without values, or if one is NaN.
double percentile(std::vector<double> values, double fraction);

}  // namespace pinpoint::effects
