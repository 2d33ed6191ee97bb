#include "study/effects/random_heads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/user_error.h"

namespace pinpoint::effects {
namespace {

using ::testing::HasSubstr;

const std::vector<HeadId> chosen{{0, 1}, {2, 0}, {2, 3}};

TEST(RandomHeads, ComeFromTheSameLayersAndAreNotTheChosenOnes) {
  for (std::int64_t draw = 1; draw <= 20; ++draw) {
    const auto [heads, moved] = matched_random_heads(chosen, 3, 4, 42, draw);
    EXPECT_EQ(moved, 0);
    ASSERT_EQ(heads.size(), 3u);
    EXPECT_EQ(std::set<HeadId>(heads.begin(), heads.end()).size(), 3u);
    EXPECT_EQ(heads[0].layer, 0);
    EXPECT_EQ(heads[1].layer, 2);
    EXPECT_EQ(heads[2].layer, 2);
    for (const HeadId& head : heads) EXPECT_EQ(std::ranges::count(chosen, head), 0);
  }
}

TEST(RandomHeads, DependOnlyOnTheDrawAndTheSeed) {
  std::set<std::vector<HeadId>> different;
  for (std::int64_t draw = 1; draw <= 20; ++draw)
    different.insert(matched_random_heads({{1, 1}, {1, 2}}, 2, 32, 42, draw).heads);
  EXPECT_GT(different.size(), 10u);
  EXPECT_EQ(matched_random_heads(chosen, 3, 4, 42, 5).heads, matched_random_heads(chosen, 3, 4, 42, 5).heads);
}

TEST(RandomHeads, ComeFromTheNearestLayerIfTheirOwnHasNoneLeft) {
  // All of layer 1 is chosen. Layers 0 and 2 are equally near, so layer 0 is used until it is empty.
  const auto [heads, moved] = matched_random_heads({{1, 0}, {1, 1}, {1, 2}}, 3, 3, 42, 1);
  EXPECT_EQ(moved, 3);
  for (const HeadId& head : heads) EXPECT_EQ(head.layer, 0);
}

TEST(RandomHeads, AreRefusedIfTooFewAreLeft) {
  EXPECT_THAT(test::user_error([] { matched_random_heads({{0, 0}, {0, 1}}, 1, 3, 42, 1); }), HasSubstr("random_draw"));
}

}  // namespace
}  // namespace pinpoint::effects
