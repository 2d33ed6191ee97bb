/// \file
/// How far the sweep's rows and the literal passes differ in a metric's effect (docs/method.md, 3.6).
#pragma once

#include "study/effects/metric.h"
#include "study/effects/sweep_record.h"

namespace pinpoint::effects {

/// The absolute differences of one metric's effect over the checks; all NaN without checks.
struct Noise {
  double median = 0, upper_decile = 0, largest = 0;  ///< upper_decile: 90 % lie below
  double root_mean_square = 0;
  bool operator==(const Noise&) const = default;
};
Noise noise(const SweepRecord& record, Metric metric);

}  // namespace pinpoint::effects
