#include "study/effects/record_merge.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <map>
#include <set>

#include "system/base/check.h"

namespace pinpoint::effects {
namespace {

constexpr at::Tensor SweepRecord::*tensors[] = {&SweepRecord::default_logits, &SweepRecord::default_logsumexp,
                                                &SweepRecord::pass_a_logits,  &SweepRecord::pass_a_logsumexp,
                                                &SweepRecord::patched_logits, &SweepRecord::patched_logsumexp};

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

SweepRecord concatenate(std::span<const SweepRecord> records) {
  PINPOINT_EXPECT(!records.empty());
  SweepRecord result;
  for (const SweepRecord& record : records) {
    append(result.samples, record.samples);
    append(result.ids, record.ids);
    append(result.reference_length, record.reference_length);
    append(result.counterfactual_length, record.counterfactual_length);
    append(result.exact_checks, record.exact_checks);
  }
  for (const auto tensor : tensors) {
    std::vector<at::Tensor> parts;
    for (const SweepRecord& record : records) parts.push_back(record.*tensor);
    result.*tensor = at::cat(parts, 0);
  }
  return result;
}

SweepRecord select(const SweepRecord& record, const std::vector<std::int64_t>& places) {
  SweepRecord result;
  for (const std::int64_t place : places) {
    const auto i = static_cast<std::size_t>(place);
    result.samples.push_back(record.samples[i]);
    result.ids.push_back(record.ids[i]);
    result.reference_length.push_back(record.reference_length[i]);
    result.counterfactual_length.push_back(record.counterfactual_length[i]);
  }
  const at::Tensor index = at::tensor(places, at::kLong);
  for (const auto tensor : tensors) result.*tensor = at::index_select(record.*tensor, 0, index);
  const std::set<std::int64_t> chosen(result.samples.begin(), result.samples.end());
  for (const ExactCheck& check : record.exact_checks)
    if (chosen.contains(check.sample)) result.exact_checks.push_back(check);
  return result;
}

SweepRecord merge(std::span<const SweepRecord> records) {
  std::map<std::int64_t, std::int64_t> place_of;        // sample -> its last place in the concatenation
  std::map<std::int64_t, const SweepRecord*> owner_of;  // sample -> the last record that has it
  std::int64_t place = 0;
  for (const SweepRecord& record : records)
    for (const std::int64_t sample : record.samples) {
      place_of[sample] = place++;
      owner_of[sample] = &record;
    }
  std::vector<std::int64_t> places;
  for (const auto& [sample, last] : place_of) places.push_back(last);
  SweepRecord result = select(concatenate(records), places);
  result.exact_checks.clear();
  for (const SweepRecord& record : records)
    for (const ExactCheck& check : record.exact_checks)
      if (owner_of[check.sample] == &record) result.exact_checks.push_back(check);
  std::ranges::sort(result.exact_checks, {}, &ExactCheck::place);
  return result;
}

}  // namespace pinpoint::effects
