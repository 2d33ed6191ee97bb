/// \file
/// The effect of every head in every sample (docs/method.md, 3.2).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "study/effects/metric.h"
#include "study/effects/sweep_record.h"

namespace pinpoint::effects {

/// [samples, heads], row major; heads of all layers in the order of HeadId (L*H of them).
struct SampleEffects {
  std::int64_t samples = 0;
  std::int64_t heads = 0;
  std::vector<double> values;

  std::span<const double> of_sample(std::int64_t i) const {
    return std::span(values).subspan(static_cast<std::size_t>(i * heads), static_cast<std::size_t>(heads));
  }
};

/// The first two record tokens are the metric's `a` and `y`. \pre the record has at least two
SampleEffects sample_effects(const SweepRecord& record, Metric metric);

/// Share of the samples with a <= 0 or y <= 0 in the null row, where `logit_share` is meaningless; NaN without samples.
double invalid_share(const SweepRecord& record);

}  // namespace pinpoint::effects
