#include "study/effects/ranking.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace pinpoint::effects {
namespace {

using ::testing::ElementsAre;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double correlation(const std::vector<double>& left, const std::vector<double>& right) {
  return rank_correlation(left, right);
}

TEST(Ranking, MostNegativeFirstThenLowerIndexAndNanLast) {
  const std::vector<double> values{0.5, -1, nan, -1, 2, -0.0, 0.0};
  EXPECT_THAT(ascending_order(values), ElementsAre(1, 3, 5, 6, 0, 4, 2));
}

TEST(Ranking, TiesOfHeadsGoToTheLowerLayerThenTheLowerHead) {
  const std::vector<double> effects{0, -2, -1, -2, 0, -1};  // 2 layers of 3 heads
  EXPECT_THAT(rank_heads(effects, 3),
              ElementsAre(HeadId{0, 1}, HeadId{1, 0}, HeadId{0, 2}, HeadId{1, 2}, HeadId{0, 0}, HeadId{1, 1}));
}

TEST(Ranking, ManyTiesStayInOrder) {
  const std::vector<HeadId> ranking = rank_heads(std::vector<double>(1000, 0.5), 25);  // enough for sorts that swap
  EXPECT_TRUE(std::is_sorted(ranking.begin(), ranking.end()));
}

TEST(Ranking, CorrelationIsSpearmans) {
  EXPECT_DOUBLE_EQ(correlation({1, 2, 3, 4}, {10, 30, 20, 40}), 0.8);  // 1 - 6 * (1 + 1) / (4 * 15)
  EXPECT_DOUBLE_EQ(correlation({1, 2, 3}, {0, 100, 101}), 1);
  EXPECT_DOUBLE_EQ(correlation({1, 2, 3}, {3, 2, 1}), -1);
}

TEST(Ranking, EqualValuesShareTheirRanks) {
  // ranks 1/2, 1/2, 2 against 0, 1, 2: covariance 1.5, variances 1.5 and 2
  EXPECT_DOUBLE_EQ(correlation({1, 1, 2}, {1, 2, 3}), 1.5 / std::sqrt(3));
}

TEST(Ranking, CorrelationWithAConstantIsUndefined) { EXPECT_TRUE(std::isnan(correlation({1, 1, 1}, {1, 2, 3}))); }

}  // namespace
}  // namespace pinpoint::effects
