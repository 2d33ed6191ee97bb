#include "study/effects/noise.h"

#include <gmock/gmock.h>

#include <cmath>

#include "support/example_sweep.h"

namespace pinpoint::effects {
namespace {

using ::testing::IsNan;

/// A record of 2 samples, 1 layer, 2 heads. Default values are 20, 5 and logsumexp 21; those of every row are 0.5 more.
SweepRecord shifted_record() {
  SweepRecord record = test::example_record(2, 1, 2);
  record.default_logits.select(1, 0).fill_(20);
  record.default_logits.select(1, 1).fill_(5);
  record.default_logsumexp.fill_(21);
  record.patched_logits = (record.default_logits.reshape({2, 1, 1, 2}) + 0.5).expand({2, 1, 2, 2}).contiguous();
  record.patched_logsumexp = (record.default_logsumexp.reshape({2, 1, 1}) + 0.5).expand({2, 1, 2}).contiguous();
  return record;
}

/// A literal pass whose change of logit_diff differs from the row's by `more`.
ExactCheck check(std::int64_t sample, float more) {
  return {
      .sample = sample, .layer = 0, .head = 1, .literal = {20.5f + more, 5.5f, 21.5f}, .literal_default = {20, 5, 21}};
}

TEST(Noise, IsTheDistributionOfTheDifferencesBetweenEffects) {
  SweepRecord record = shifted_record();
  record.exact_checks = {check(0, 0), check(1, 0.25f), check(0, -0.5f), check(1, 1)};
  const Noise by_logit_diff = noise(record, Metric::logit_diff);
  EXPECT_NEAR(by_logit_diff.median, 0.375, 1e-6);
  EXPECT_NEAR(by_logit_diff.upper_decile, 0.85, 1e-6);  // between 0.5 and 1
  EXPECT_NEAR(by_logit_diff.largest, 1, 1e-6);
  EXPECT_NEAR(by_logit_diff.root_mean_square, std::sqrt((0.0625 + 0.25 + 1) / 4), 1e-6);
  EXPECT_GT(noise(record, Metric::prob).largest, 0);
}

TEST(Noise, WithoutChecksIsUnknown) {
  const Noise none = noise(shifted_record(), Metric::logit_diff);
  EXPECT_THAT(none.median, IsNan());
  EXPECT_THAT(none.largest, IsNan());
  EXPECT_THAT(none.root_mean_square, IsNan());
}

}  // namespace
}  // namespace pinpoint::effects
