#include "study/effects/checked_row.h"

#include <ATen/core/Tensor.h>

#include <algorithm>

#include "system/base/check.h"

namespace pinpoint::effects {
namespace {

void append(const at::Tensor& logits, std::vector<float>& values) {
  const at::Tensor contiguous = logits.contiguous();
  values.insert(values.end(), contiguous.data_ptr<float>(), contiguous.data_ptr<float>() + contiguous.numel());
}

}  // namespace

CheckedRow::CheckedRow(const SweepRecord& record, const ExactCheck& check) {
  const auto found = std::ranges::find(record.samples, check.sample);
  PINPOINT_EXPECT(found != record.samples.end());
  const auto sample = found - record.samples.begin();
  append(record.patched_logits[sample][check.layer][check.head], row_);
  row_.push_back(record.patched_logsumexp[sample][check.layer][check.head].item<float>());
  append(record.default_logits[sample], unpatched_);
  unpatched_.push_back(record.default_logsumexp[sample].item<float>());
}

}  // namespace pinpoint::effects
