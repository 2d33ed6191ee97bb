#include "study/effects/effects.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "support/example_sweep.h"

namespace pinpoint::effects {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsNan;
using ::testing::SizeIs;

TEST(Effects, HoldEveryMetric) {
  const Effects effects = compute_effects(test::example_record(5, 2, 3), 100, 42);
  EXPECT_EQ(effects.layers, 2);
  EXPECT_EQ(effects.heads, 3);
  EXPECT_EQ(effects.bootstrap, 100);
  EXPECT_THAT(effects.top_k, ElementsAre(1, 2));
  ASSERT_THAT(effects.by_metric, SizeIs(all_metrics.size()));
  for (const auto& [metric, found] : effects.by_metric) {
    EXPECT_THAT(found.ranking, SizeIs(6));
    for (std::size_t head = 0; head < 6; ++head) {
      EXPECT_LT(found.low[head], found.effect[head]) << name_of(metric);
      EXPECT_GT(found.high[head], found.effect[head]) << name_of(metric);
      EXPECT_GT(found.sem[head], 0) << name_of(metric);
    }
    const auto& [layer, head] = found.ranking.front();
    EXPECT_EQ(found.effect[static_cast<std::size_t>(layer * 3 + head)],
              *std::min_element(found.effect.begin(), found.effect.end()));
  }
}

TEST(Effects, DependOnlyOnRecordAndSeed) {
  const SweepRecord record = test::example_record(5, 2, 3);
  const auto low = [&](std::uint64_t seed) { return compute_effects(record, 100, seed).by_metric[Metric::prob].low; };
  EXPECT_EQ(low(42), low(42));
  EXPECT_NE(low(42), low(43));
}

TEST(Effects, OfHeadsThatDoNothingAreExactlyZero) {
  SweepRecord record = test::example_record(4, 2, 3);
  record.patched_logits = record.default_logits.reshape({4, 1, 1, 2}).expand({4, 2, 3, 2}).contiguous();
  record.patched_logsumexp = record.default_logsumexp.reshape({4, 1, 1}).expand({4, 2, 3}).contiguous();
  for (const auto& [metric, found] : compute_effects(record, 50, 42).by_metric) {
    EXPECT_THAT(found.effect, Each(0));
    EXPECT_THAT(found.low, Each(0));
    EXPECT_THAT(found.high, Each(0));
    EXPECT_THAT(found.ranking,
                ElementsAre(HeadId{0, 0}, HeadId{0, 1}, HeadId{0, 2}, HeadId{1, 0}, HeadId{1, 1}, HeadId{1, 2}));
    EXPECT_TRUE(std::isnan(found.stability.split_half_rank_correlation));
  }
}

TEST(Effects, OfOneSampleHaveNoUncertainty) {
  const MetricEffects found = compute_effects(test::example_record(1, 1, 2), 50, 42).by_metric[Metric::logit_diff];
  EXPECT_THAT(found.effect, Each(::testing::Not(IsNan())));
  EXPECT_THAT(found.sem, Each(IsNan()));
  EXPECT_THAT(found.low, Each(IsNan()));
  EXPECT_THAT(found.stability.top_k_effect, Each(IsNan()));
}

TEST(Effects, OfNoSampleAreUnknown) {
  const Effects effects = compute_effects(test::example_record(0, 1, 2), 50, 42);
  EXPECT_TRUE(std::isnan(effects.invalid_share));
  EXPECT_THAT(effects.by_metric.at(Metric::logit_diff).effect, Each(IsNan()));
}

}  // namespace
}  // namespace pinpoint::effects
