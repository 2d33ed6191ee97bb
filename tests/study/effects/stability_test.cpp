#include "study/effects/stability.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

namespace pinpoint::effects {
namespace {

using ::testing::DoubleEq;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsNan;

// 4 samples of 4 heads. The first two samples rank the heads 0 1 2 3, the others 1 0 3 2, all together 1 0 (2 3).
const SampleEffects effects{4, 4, {-4, -3, 0, 1, -4, -3, 0, 1, -2, -5, 1, 0, -2, -5, 1, 0}};
const std::vector<Split> by_halves{{{0, 1}, {2, 3}}};
const std::vector<std::int64_t> top_k{1, 2};

TEST(Stability, OfOneSplitWorkedByHand) {
  const Stability found = stability(effects, top_k, by_halves);
  EXPECT_DOUBLE_EQ(found.split_half_rank_correlation, 0.6);  // ranks 0 1 2 3 and 1 0 3 2: 1 - 6 * 4 / (4 * 15)
  EXPECT_THAT(found.top_k_overlap, ElementsAre(0, 1));
  EXPECT_THAT(found.top_k_effect, ElementsAre(-4, -3.5));  // head 1; heads 1 and 0
  EXPECT_THAT(found.top_k_effect_cross_fitted,
              ElementsAre(-2.5, -3.5));  // head 0 in the second -2, head 1 in the first -3
}

TEST(Stability, IsTheMeanOverTheSplits) {
  const std::vector<Split> two{{{0, 1}, {2, 3}}, {{0, 2}, {1, 3}}};  // the second has the same means in both halves
  const Stability found = stability(effects, top_k, two);
  EXPECT_DOUBLE_EQ(found.split_half_rank_correlation, (0.6 + 1) / 2);
  EXPECT_THAT(found.top_k_overlap, ElementsAre(0.5, 1));
  EXPECT_THAT(found.top_k_effect_cross_fitted, ElementsAre(DoubleEq((-2.5 - 4) / 2), DoubleEq(-3.5)));
}

TEST(Stability, NeedsTwoSamples) {
  const Stability found = stability({1, 2, {1, 2}}, std::vector<std::int64_t>{1}, by_halves);
  EXPECT_TRUE(std::isnan(found.split_half_rank_correlation));
  EXPECT_THAT(found.top_k_overlap, ElementsAre(IsNan()));
  EXPECT_THAT(found.top_k_effect, ElementsAre(IsNan()));
  EXPECT_THAT(found.top_k_effect_cross_fitted, ElementsAre(IsNan()));
}

TEST(Stability, SplitsDivideAllSamples) {
  const std::vector<Split> splits = random_splits(7, 20, Random(42, "split halves"));
  ASSERT_EQ(splits.size(), 20u);
  for (const auto& [first, second] : splits) {
    EXPECT_EQ(first.size(), 3u);
    std::vector<std::int64_t> all;
    std::merge(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(all));
    EXPECT_THAT(all, ElementsAre(0, 1, 2, 3, 4, 5, 6));
  }
  EXPECT_NE(splits[0].first, splits[1].first);
}

TEST(Stability, TopKAreThePowersOfTwoUpToHalfOfAllHeads) {
  EXPECT_THAT(powers_to_half(1), IsEmpty());
  EXPECT_THAT(powers_to_half(3), ElementsAre(1));
  EXPECT_THAT(powers_to_half(15), ElementsAre(1, 2, 4));
  EXPECT_THAT(powers_to_half(16), ElementsAre(1, 2, 4, 8));
}

}  // namespace
}  // namespace pinpoint::effects
