#include "patching/exact_check.h"

#include <algorithm>

#include "base/check.h"

namespace pinpoint::patching {
namespace {

double largest_magnitude(const SweepRecord& record) {
  return std::max({record.patched_logits.abs().max().item<double>(), record.default_logits.abs().max().item<double>(),
                   record.patched_logsumexp.abs().max().item<double>()});
}

}  // namespace

CheckVerdict judge_checks(const SweepRecord& record, model::DType dtype, double noise_floor) {
  PINPOINT_EXPECT(!record.exact_checks.empty());
  const auto worst =
      std::max_element(record.exact_checks.begin(), record.exact_checks.end(),
                       [](const ExactCheck& a, const ExactCheck& b) { return a.deviation < b.deviation; });
  const double tolerance = dtype == model::DType::float32 ? std::max(1e-4, 1e-5 * largest_magnitude(record))
                                                          : std::max(2e-3, 4 * noise_floor);
  return {*worst, tolerance};
}

}  // namespace pinpoint::patching
