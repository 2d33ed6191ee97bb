#include "system/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace pinpoint {
namespace {

TEST(Random, SameSeedAndPurposeGiveTheSameStream) {
  Random a(42, "pairs"), b(42, "pairs"), other_seed(43, "pairs"), other_purpose(42, "checks");
  const std::uint64_t first = a.bits();
  EXPECT_EQ(first, b.bits());
  EXPECT_NE(first, other_seed.bits());
  EXPECT_NE(first, other_purpose.bits());
}

TEST(Random, BelowIsUniform) {
  Random random(1, "below");
  std::vector<int> counts(7, 0);
  constexpr int draws = 70'000;
  for (int i = 0; i < draws; ++i) ++counts[random.below(7)];
  // Binomial with p = 1/7: standard deviation 92.6; tolerance five of them.
  for (const int count : counts) EXPECT_NEAR(count, draws / 7, 463);
}

TEST(Random, NormalHasMeanZeroAndVarianceOne) {
  Random random(2, "normal");
  double sum = 0, squares = 0;
  constexpr int draws = 100'000;
  for (int i = 0; i < draws; ++i) {
    const double x = random.normal();
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / draws, 0, 5 / std::sqrt(draws));
  EXPECT_NEAR(squares / draws, 1, 5 * std::sqrt(2.0 / draws));
}

TEST(Random, SampleOfAllIsAPermutation) {
  std::vector<std::int64_t> all = Random(3, "sample").sample(100, 100);
  EXPECT_FALSE(std::is_sorted(all.begin(), all.end()));
  std::sort(all.begin(), all.end());
  std::vector<std::int64_t> expected(100);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(all, expected);
}

TEST(Random, SampleDrawsEveryItemEquallyOften) {
  std::vector<int> counts(5, 0);
  constexpr int rounds = 20'000;
  for (int seed = 0; seed < rounds; ++seed)
    for (const std::int64_t i : Random(static_cast<std::uint64_t>(seed), "draw").sample(5, 2))
      ++counts[static_cast<std::size_t>(i)];
  // Each is in a draw of 2 out of 5 with p = 0.4: standard deviation 69; tolerance five of them.
  for (const int count : counts) EXPECT_NEAR(count, 0.4 * rounds, 346);
}

}  // namespace
}  // namespace pinpoint
