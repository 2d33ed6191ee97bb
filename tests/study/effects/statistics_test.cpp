#include "study/effects/statistics.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace pinpoint::effects {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsNan;
using ::testing::NanSensitiveDoubleEq;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

const SampleEffects three_samples{3, 2, {1, 10, 2, 20, 6, 30}};

TEST(Statistics, MeanOverAllAndOverSomeSamples) {
  EXPECT_THAT(mean(three_samples), ElementsAre(3, 20));
  const std::vector<std::int64_t> some{0, 2};
  EXPECT_THAT(mean(three_samples, some), ElementsAre(3.5, 20));
  EXPECT_THAT(mean(SampleEffects{0, 2, {}}), Each(IsNan()));
}

TEST(Statistics, StandardErrorDividesByDegreesOfFreedom) {
  // deviations -2, -1, 3: 14 / 2 / 3; -10, 0, 10: 200 / 2 / 3
  EXPECT_THAT(standard_error(three_samples),
              ElementsAre(NanSensitiveDoubleEq(std::sqrt(14.0 / 6)), NanSensitiveDoubleEq(std::sqrt(200.0 / 6))));
  EXPECT_THAT(standard_error(SampleEffects{1, 2, {1, 2}}), Each(IsNan()));
}

TEST(Statistics, PercentileIsLinearBetweenNeighbours) {
  EXPECT_EQ(percentile({4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_EQ(percentile({4, 1, 3, 2}, 0.25), 1.75);
  EXPECT_EQ(percentile({4, 1, 3, 2}, 0), 1);
  EXPECT_EQ(percentile({4, 1, 3, 2}, 1), 4);
  EXPECT_EQ(percentile({7}, 0.975), 7);
  EXPECT_TRUE(std::isnan(percentile({}, 0.5)));
  EXPECT_TRUE(std::isnan(percentile({1, nan, 2}, 0.5)));
}

TEST(Statistics, EveryResampleDrawsAsManySamplesAsThereAre) {
  const Resamples resamples(50, 7, Random(42, "bootstrap"));
  ASSERT_EQ(resamples.count(), 50);
  bool some_twice = false;
  for (std::int64_t b = 0; b < 50; ++b) {
    const auto times = resamples.times_drawn(b);
    EXPECT_EQ(std::accumulate(times.begin(), times.end(), 0), 7);
    some_twice = some_twice || *std::max_element(times.begin(), times.end()) > 1;
  }
  EXPECT_TRUE(some_twice);
}

TEST(Statistics, IntervalOfTwoSamplesIsTheirRange) {
  // The mean of two draws of {0, 1} is 0, 1/2 or 1 with probability 1/4, 1/2, 1/4: far more than 2.5 % on either side.
  const auto [low, high] = bootstrap_intervals({2, 1, {0, 1}}, Resamples(1000, 2, Random(42, "bootstrap")));
  EXPECT_THAT(low, ElementsAre(0));
  EXPECT_THAT(high, ElementsAre(1));
}

TEST(Statistics, IntervalOfNormalSamplesIsTwoStandardErrors) {
  SampleEffects effects{400, 1, {}};
  Random random(7, "samples");
  for (int i = 0; i < 400; ++i) effects.values.push_back(random.normal());
  const auto [low, high] = bootstrap_intervals(effects, Resamples(4000, 400, Random(42, "bootstrap")));
  const double center = mean(effects)[0], error = standard_error(effects)[0];
  EXPECT_NEAR(low[0], center - 1.96 * error, 0.1 * error);  // a percentile of 4,000 draws is known to about 0.05 errors
  EXPECT_NEAR(high[0], center + 1.96 * error, 0.1 * error);
}

TEST(Statistics, AllHeadsSeeTheSameDraws) {
  constexpr std::int64_t heads = 300;  // more than the number computed at a time
  SampleEffects effects{5, heads, {}};
  for (const double value : {0.5, -1.0, 3.0, 0.25, -2.0})
    for (std::int64_t head = 0; head < heads; ++head) effects.values.push_back(head % 2 == 0 ? value : 2 * value);
  const auto [low, high] = bootstrap_intervals(effects, Resamples(100, 5, Random(42, "bootstrap")));
  for (std::size_t head = 0; head < heads; ++head) {
    EXPECT_EQ(low[head], head % 2 == 0 ? low[0] : 2 * low[0]);
    EXPECT_EQ(high[head], head % 2 == 0 ? high[0] : 2 * high[0]);
  }
}

TEST(Statistics, IntervalsNeedSamplesAndResamples) {
  EXPECT_THAT(bootstrap_intervals({1, 2, {1, 2}}, Resamples(10, 1, Random(42, ""))).low, ElementsAre(IsNan(), IsNan()));
  EXPECT_THAT(bootstrap_intervals({2, 1, {1, 2}}, Resamples(0, 2, Random(42, ""))).high, ElementsAre(IsNan()));
}

TEST(Statistics, AHeadThatIsNanHasNoIntervalAndDoesNotAffectTheOthers) {
  const auto [low, high] = bootstrap_intervals({2, 2, {nan, 1, nan, 1}}, Resamples(10, 2, Random(42, "")));
  EXPECT_THAT(low, ElementsAre(IsNan(), 1));
  EXPECT_THAT(high, ElementsAre(IsNan(), 1));
}

}  // namespace
}  // namespace pinpoint::effects
