#include "patching/exact_check.h"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "patching/metric.h"
#include "patching/statistics.h"

namespace pinpoint::patching {
namespace {

RecordScale scale_of(const SweepRecord& record) {
  const at::Tensor logits = record.default_logits.unsqueeze(1).unsqueeze(1);  // [n, 1, 1, R]
  const double squares = (record.patched_logits - logits).square().mean().item<double>();
  return {.largest = std::max({record.patched_logits.abs().max().item<double>(),
                               record.default_logits.abs().max().item<double>(),
                               record.patched_logsumexp.abs().max().item<double>()}),
          .change = std::sqrt(squares)};
}

/// The values of a check's row and of its null row, from the record.
class CheckedRow {
 public:
  CheckedRow(const SweepRecord& record, const ExactCheck& check) {
    const auto found = std::ranges::find(record.samples, check.sample);
    PINPOINT_EXPECT(found != record.samples.end());
    const auto sample = found - record.samples.begin();
    append(record.patched_logits[sample][check.layer][check.head], row_);
    row_.push_back(record.patched_logsumexp[sample][check.layer][check.head].item<float>());
    append(record.default_logits[sample], unpatched_);
    unpatched_.push_back(record.default_logsumexp[sample].item<float>());
  }
  const std::vector<float>& row() const { return row_; }
  const std::vector<float>& unpatched() const { return unpatched_; }

 private:
  static void append(const at::Tensor& logits, std::vector<float>& values) {
    const at::Tensor contiguous = logits.contiguous();
    values.insert(values.end(), contiguous.data_ptr<float>(), contiguous.data_ptr<float>() + contiguous.numel());
  }
  std::vector<float> row_, unpatched_;
};

double literal_change(const ExactCheck& check, std::size_t value) {
  return static_cast<double>(check.literal[value]) - static_cast<double>(check.literal_default[value]);
}

double deviation_of(const ExactCheck& check, std::size_t value, const float* row, const float* unpatched) {
  const double change = static_cast<double>(row[value]) - static_cast<double>(unpatched[value]);
  return std::abs(change - literal_change(check, value));
}

RecordedRow recorded(const std::vector<float>& values) { return {values[0], values[1], values.back()}; }

}  // namespace

ExactCheck compared(ExactCheck check, const float* row, const float* unpatched) {
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

CheckVerdict judge_checks(const SweepRecord& record, Arithmetic arithmetic) {
  PINPOINT_EXPECT(!record.exact_checks.empty());
  const RecordScale scale = scale_of(record);
  CheckVerdict verdict;
  double nearest = -1;  // deviation / tolerance
  for (const ExactCheck& check : record.exact_checks) {
    const CheckedRow found(record, check);
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

}  // namespace pinpoint::patching
