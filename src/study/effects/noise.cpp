#include "study/effects/noise.h"

#include <cmath>

#include "study/effects/checked_row.h"
#include "study/effects/statistics.h"

namespace pinpoint::effects {
namespace {

RecordedRow recorded(const std::vector<float>& values) { return {values[0], values[1], values.back()}; }

}  // namespace

Noise noise(const SweepRecord& record, Metric metric) {
  std::vector<double> distances;
  double squares = 0;
  for (const ExactCheck& check : record.exact_checks) {
    const CheckedRow found(record, check);
    const double by_row = metric_effect(metric, recorded(found.row()), recorded(found.unpatched()));
    const double literal = metric_effect(metric, recorded(check.literal), recorded(check.literal_default));
    distances.push_back(std::abs(by_row - literal));
    squares += distances.back() * distances.back();
  }
  return {.median = percentile(distances, 0.5),
          .upper_decile = percentile(distances, 0.9),
          .largest = percentile(distances, 1),
          .root_mean_square = std::sqrt(squares / static_cast<double>(distances.size()))};
}

}  // namespace pinpoint::effects
