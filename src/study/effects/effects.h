/// \file
/// The results of a sweep: effects of all heads by all metrics, their uncertainty, and the rankings (docs/method.md,
/// 3).
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "study/effects/metric.h"
#include "study/effects/noise.h"
#include "study/effects/stability.h"
#include "study/effects/sweep_record.h"
#include "system/base/head_id.h"

namespace pinpoint::effects {

/// By one metric. [L, H] arrays are row major. Percent for logit_share, prob_share and prob.
struct MetricEffects {
  std::vector<double> effect;     ///< [L, H] mean over the samples
  std::vector<double> sem;        ///< [L, H] standard error
  std::vector<double> low, high;  ///< [L, H] bootstrap 95 % interval
  std::vector<HeadId> ranking;    ///< [L*H] most negative effect first
  Stability stability;
  Noise noise;
};

struct Effects {
  std::int64_t layers = 0, heads = 0;
  std::int64_t bootstrap = 0;       ///< resamples behind the intervals
  double invalid_share = 0;         ///< share of samples in which logit_share is meaningless
  std::vector<std::int64_t> top_k;  ///< the values of k of all `stability.top_k_...`
  std::map<Metric, MetricEffects> by_metric;
};

/// Computes all results from a record. The `bootstrap` resamples and the random halves derive from `seed` and are the
/// same for all metrics. The bits depend only on the arguments.
Effects compute_effects(const SweepRecord& record, std::int64_t bootstrap, std::uint64_t seed);

}  // namespace pinpoint::effects
