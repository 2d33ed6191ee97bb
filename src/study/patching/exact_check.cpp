#include "study/patching/exact_check.h"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>

#include "study/effects/checked_row.h"
#include "system/base/check.h"
#include "system/base/random.h"

namespace pinpoint::patching {
namespace {

RecordScale scale_of(const effects::SweepRecord& record) {
  const at::Tensor logits = record.default_logits.unsqueeze(1).unsqueeze(1);  // [n, 1, 1, R]
  const double squares = (record.patched_logits - logits).square().mean().item<double>();
  return {.largest = std::max({record.patched_logits.abs().max().item<double>(),
                               record.default_logits.abs().max().item<double>(),
                               record.patched_logsumexp.abs().max().item<double>()}),
          .change = std::sqrt(squares)};
}

double literal_change(const effects::ExactCheck& check, std::size_t value) {
  return static_cast<double>(check.literal[value]) - static_cast<double>(check.literal_default[value]);
}

double deviation_of(const effects::ExactCheck& check, std::size_t value, const float* row, const float* unpatched) {
  const double change = static_cast<double>(row[value]) - static_cast<double>(unpatched[value]);
  return std::abs(change - literal_change(check, value));
}

}  // namespace

std::vector<effects::ExactCheck> choose_checks(std::uint64_t seed, std::int64_t count, std::int64_t samples,
                                               const transformer::ModelConfig& config) {
  const std::int64_t heads = config.layers * config.heads;
  const std::int64_t all = samples * heads;
  std::vector<std::int64_t> chosen = Random(seed, "exact_check").sample(all, std::min(count, all));
  std::sort(chosen.begin(), chosen.end());
  std::vector<effects::ExactCheck> checks;
  for (const std::int64_t i : chosen)
    checks.push_back(
        {.sample = i / heads, .layer = i % heads / config.heads, .head = i % config.heads, .deviation = 0});
  return checks;
}

effects::ExactCheck compared(effects::ExactCheck check, const float* row, const float* unpatched) {
  double largest = 0;
  for (std::size_t value = 0; value < check.literal.size(); ++value)
    largest = std::max(largest, deviation_of(check, value, row, unpatched));
  check.deviation = static_cast<float>(largest);
  return check;
}

double check_tolerance(Arithmetic arithmetic, const RecordScale& scale, double effect) {
  const double exact = std::max(1e-4, 1e-5 * scale.largest);
  switch (arithmetic) {
    case Arithmetic::float32: return exact;
    case Arithmetic::bf16: return std::ldexp(scale.largest, -6);
    case Arithmetic::difference:
    case Arithmetic::two_parts: break;
  }
  return std::max(exact, 0.02 * (std::abs(effect) + scale.change) + std::ldexp(scale.largest, -13));
}

CheckVerdict judge_checks(const effects::SweepRecord& record, Arithmetic arithmetic) {
  PINPOINT_EXPECT(!record.exact_checks.empty());
  const RecordScale scale = scale_of(record);
  CheckVerdict verdict;
  double nearest = -1;  // deviation / tolerance
  for (const effects::ExactCheck& check : record.exact_checks) {
    const effects::CheckedRow found(record, check);
    for (std::size_t value = 0; value < check.literal.size(); ++value) {
      const double deviation = deviation_of(check, value, found.row().data(), found.unpatched().data());
      const double tolerance = check_tolerance(arithmetic, scale, literal_change(check, value));
      if (deviation / tolerance <= nearest) continue;
      nearest = deviation / tolerance;
      verdict = {check, deviation, tolerance};
    }
  }
  return verdict;
}

}  // namespace pinpoint::patching
