#include "study/effects/metric.h"

#include <cmath>
#include <limits>

namespace pinpoint::effects {

std::string_view name_of(Metric metric) {
  switch (metric) {
    case Metric::logit_diff: return "logit_diff";
    case Metric::logprob: return "logprob";
    case Metric::prob: return "prob";
    case Metric::prob_share: return "prob_share";
    case Metric::logit_share: return "logit_share";
  }
  return "unknown";
}

double metric_value(Metric metric, const RecordedRow& row) {
  const auto& [a, y, logsumexp] = row;
  switch (metric) {
    case Metric::logit_diff: return a - y;
    case Metric::logprob: return a - logsumexp;
    case Metric::prob: return std::exp(a - logsumexp);
    case Metric::prob_share: return 1 / (1 + std::exp(y - a));
    case Metric::logit_share: return a / (a + y);
  }
  return std::numeric_limits<double>::quiet_NaN();
}

double metric_effect(Metric metric, const RecordedRow& patched, const RecordedRow& unpatched) {
  const double before = metric_value(metric, unpatched);
  const double difference = metric_value(metric, patched) - before;
  const bool absolute = metric == Metric::logit_diff || metric == Metric::logprob;
  return absolute || difference == 0 ? difference : difference / before * 100;
}

}  // namespace pinpoint::effects
