#include "study/effects/sample_effects.h"

#include <limits>

#include "study/effects/metric.h"
#include "system/base/check.h"

namespace pinpoint::effects {
namespace {

/// Row `i` of logits [.., R] and logsumexp [..] with their leading axes flattened.
RecordedRow row_at(const at::Tensor& logits, const at::Tensor& logsumexp, std::int64_t i) {
  const float* tokens = logits.data_ptr<float>() + i * logits.size(-1);
  return {tokens[0], tokens[1], logsumexp.data_ptr<float>()[i]};
}

std::int64_t sample_count(const SweepRecord& record) { return record.default_logsumexp.size(0); }

}  // namespace

SampleEffects sample_effects(const SweepRecord& record, Metric metric) {
  PINPOINT_EXPECT(record.patched_logits.size(-1) >= 2);
  SampleEffects effects{sample_count(record), record.patched_logsumexp.size(1) * record.patched_logsumexp.size(2), {}};
  effects.values.reserve(static_cast<std::size_t>(effects.samples * effects.heads));
  for (std::int64_t sample = 0; sample < effects.samples; ++sample) {
    const RecordedRow unpatched = row_at(record.default_logits, record.default_logsumexp, sample);
    for (std::int64_t head = 0; head < effects.heads; ++head) {
      const auto patched = row_at(record.patched_logits, record.patched_logsumexp, sample * effects.heads + head);
      effects.values.push_back(metric_effect(metric, patched, unpatched));
    }
  }
  return effects;
}

double invalid_share(const SweepRecord& record) {
  const std::int64_t samples = sample_count(record);
  if (samples == 0) return std::numeric_limits<double>::quiet_NaN();
  std::int64_t invalid = 0;
  for (std::int64_t sample = 0; sample < samples; ++sample) {
    const RecordedRow row = row_at(record.default_logits, record.default_logsumexp, sample);
    if (row.apology <= 0 || row.confirm <= 0) ++invalid;
  }
  return static_cast<double>(invalid) / static_cast<double>(samples);
}

}  // namespace pinpoint::effects
