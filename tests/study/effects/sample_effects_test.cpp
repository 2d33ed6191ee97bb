#include "study/effects/sample_effects.h"

#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>

#include <cmath>

namespace pinpoint::effects {
namespace {

using ::testing::ElementsAre;

at::Tensor numbers(const std::vector<float>& values, at::IntArrayRef shape) {
  return at::tensor(values).reshape(shape);
}

/// 2 samples, 1 layer, 2 heads, and a third record token that no metric uses.
SweepRecord small_record() {
  SweepRecord record;
  record.default_logits = numbers({3, 1, 9, -1, 2, 9}, {2, 3});
  record.default_logsumexp = numbers({4, 5}, {2});
  record.pass_a_logits = numbers({3, 1.25, 9, -1, 2, 9}, {2, 3});
  record.pass_a_logsumexp = numbers({4, 4.5}, {2});
  record.patched_logits = numbers({2, 1, 0, 3, 1, 0, -1, 2, 0, 0, 0, 0}, {2, 1, 2, 3});
  record.patched_logsumexp = numbers({4, 4, 5, 6}, {2, 1, 2});
  return record;
}

TEST(SampleEffects, AreSampleMajorAndTakeTheirOwnSamplesDefault) {
  const SampleEffects effects = sample_effects(small_record(), Metric::logit_diff);
  EXPECT_EQ(effects.samples, 2);
  EXPECT_EQ(effects.heads, 2);
  EXPECT_THAT(effects.of_sample(0), ElementsAre(-1, 0));  // (2-1) - (3-1), (3-1) - (3-1)
  EXPECT_THAT(effects.of_sample(1), ElementsAre(0, 3));   // (-1-2) - (-1-2), (0-0) - (-1-2)
}

TEST(SampleEffects, UseTheRowsOwnLogsumexp) {
  EXPECT_THAT(sample_effects(small_record(), Metric::logprob).of_sample(1), ElementsAre(0, 0));  // (0-6) - (-1-5)
}

TEST(SampleEffects, InvalidShareCountsSamplesWhoseDefaultIsNotPositive) {
  EXPECT_EQ(invalid_share(small_record()), 0.5);  // the second: a = -1
  SweepRecord confirm_is_zero = small_record();
  confirm_is_zero.default_logits = numbers({3, 0, 9, 1, 2, 9}, {2, 3});
  EXPECT_EQ(invalid_share(confirm_is_zero), 0.5);
}

}  // namespace
}  // namespace pinpoint::effects
