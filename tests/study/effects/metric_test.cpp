#include "study/effects/metric.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pinpoint::effects {
namespace {

// Worked by hand: e^(a - lse) = e^-1, softmax over {2, 1} at 2 = 1/(1 + e^-1), 2/(2 + 1).
constexpr RecordedRow before{2, 1, 3};
constexpr RecordedRow after{1, 1, 3};

TEST(Metric, ValueIsTheFormulaOfItsName) {
  EXPECT_DOUBLE_EQ(metric_value(Metric::logit_diff, before), 1);
  EXPECT_DOUBLE_EQ(metric_value(Metric::logprob, before), -1);
  EXPECT_DOUBLE_EQ(metric_value(Metric::prob, before), std::exp(-1.0));
  EXPECT_DOUBLE_EQ(metric_value(Metric::prob_share, before), 1 / (1 + std::exp(-1.0)));
  EXPECT_DOUBLE_EQ(metric_value(Metric::logit_share, before), 2.0 / 3);
}

TEST(Metric, LogarithmsHaveDifferences) {
  EXPECT_DOUBLE_EQ(metric_effect(Metric::logit_diff, after, before), -1);
  EXPECT_DOUBLE_EQ(metric_effect(Metric::logprob, after, before), -1);
}

TEST(Metric, SharesHavePercent) {
  EXPECT_DOUBLE_EQ(metric_effect(Metric::prob, after, before), (std::exp(-1.0) - 1) * 100);
  EXPECT_DOUBLE_EQ(metric_effect(Metric::prob_share, after, before), (0.5 * (1 + std::exp(-1.0)) - 1) * 100);
  EXPECT_DOUBLE_EQ(metric_effect(Metric::logit_share, after, before), -25);  // (1/2 - 2/3) / (2/3)
}

TEST(Metric, EqualRowsHaveExactlyNoEffect) {
  for (const Metric metric : all_metrics) {
    EXPECT_EQ(metric_effect(metric, before, before), 0) << name_of(metric);
    EXPECT_EQ(metric_effect(metric, {0, 1, 800}, {0, 1, 800}), 0) << name_of(metric);  // a share and a probability of 0
  }
}

TEST(Metric, NamesAreThoseOfTheFiles) {
  EXPECT_EQ(name_of(Metric::logit_diff), "logit_diff");
  EXPECT_EQ(name_of(Metric::logprob), "logprob");
  EXPECT_EQ(name_of(Metric::prob), "prob");
  EXPECT_EQ(name_of(Metric::prob_share), "prob_share");
  EXPECT_EQ(name_of(Metric::logit_share), "logit_share");
}

}  // namespace
}  // namespace pinpoint::effects
