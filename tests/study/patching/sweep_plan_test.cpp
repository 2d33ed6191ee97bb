#include "study/patching/sweep_plan.h"

#include <gmock/gmock.h>

#include "study/patching/block_schedule.h"

namespace pinpoint::patching {
namespace {

using parallel::Range;
using testing::ElementsAre;

transformer::ModelConfig model_7b() {
  transformer::ModelConfig config;
  config.layers = config.heads = config.kv_heads = 32;
  config.width = 4096;
  config.head_width = 128;
  config.mlp_width = 11008;
  return config;
}

TEST(Tiling, FollowsModelAndConfiguration) {
  const Tiling chosen = choose_tiling(model_7b(), 48, false);
  EXPECT_EQ(chosen.tile_rows, 48);
  EXPECT_EQ(chosen.set_samples, 3);  // 2 * 48 / 32
  EXPECT_EQ(choose_tiling(model_7b(), 1, false).set_samples, 1);
}

TEST(Tiling, TakesLargeTilesForLargeModels) {
  EXPECT_EQ(choose_tiling(model_7b(), {}, false),
            (Tiling{.tile_rows = 256, .set_samples = 16, .pass_rows = 256}));  // 2 * 256 / 32
  EXPECT_EQ(choose_tiling(model_7b(), {}, true).tile_rows, 512);               // 32 * 32 / 2
  transformer::ModelConfig small = model_7b();
  small.layers = 6;
  small.heads = 8;
  EXPECT_EQ(choose_tiling(small, {}, false).tile_rows, 64);  // half of 48 rows is less than any tile
}

TEST(SampleSets, AreCutInOrder) {
  EXPECT_THAT(cut_sample_sets(7, 3), ElementsAre(Range{0, 3}, Range{3, 6}, Range{6, 7}));
}

TEST(SampleSets, OfTheSameExtentAreNotComputedAgain) {
  EXPECT_THAT(pending_sets({{0, 3}, {3, 6}, {6, 9}}, {{3, 6}}), ElementsAre(Range{0, 3}, Range{6, 9}));
}

TEST(SampleSets, OfAnotherSizeAreComputedAgain) {
  // Seven samples at first, nine now: the last set grew.
  EXPECT_THAT(pending_sets(cut_sample_sets(9, 3), cut_sample_sets(7, 3)), ElementsAre(Range{6, 9}));
}

TEST(Checks, AreDistinctAscendingAndTheSameForASeed) {
  const auto checks = choose_checks(42, 50, 3, model_7b());
  ASSERT_EQ(checks.size(), 50u);
  for (std::size_t i = 1; i < checks.size(); ++i)
    EXPECT_LT(std::tie(checks[i - 1].sample, checks[i - 1].layer, checks[i - 1].head),
              std::tie(checks[i].sample, checks[i].layer, checks[i].head));
  EXPECT_EQ(checks, choose_checks(42, 50, 3, model_7b()));
  EXPECT_NE(checks, choose_checks(43, 50, 3, model_7b()));
}

TEST(Checks, AreAllHeadsIfMoreAreAskedFor) { EXPECT_EQ(choose_checks(1, 1'000'000, 2, model_7b()).size(), 2048u); }

TEST(BlockSchedule, TakesAtLeastTheConfiguredSamplesInWholeSets) {
  BlockSchedule schedule(cut_sample_sets(10, 3),
                         {.samples = 4, .seconds = 0, .samples_in_memory = 0, .seconds_per_sample = 1});
  EXPECT_THAT(schedule.next().sets, ElementsAre(Range{0, 3}, Range{3, 6}));
  EXPECT_THAT(schedule.next().sets, ElementsAre(Range{6, 9}, Range{9, 10}));
  EXPECT_TRUE(schedule.done());
}

TEST(BlockSchedule, FillsTheTimeByAnEstimateAndThenByTheLastWalk) {
  BlockSchedule schedule(cut_sample_sets(20, 2),
                         {.samples = {}, .seconds = 60, .samples_in_memory = 1000, .seconds_per_sample = 15});
  EXPECT_EQ(schedule.next().samples(), 4);
  schedule.finished(40);  // 10 s per sample: 6 samples per minute
  EXPECT_EQ(schedule.next().samples(), 6);
  schedule.finished(6);
  EXPECT_EQ(schedule.next().samples(), 10);  // all that is left
}

TEST(BlockSchedule, DoesNotExceedTheMemoryButTakesOneSetAtLeast) {
  BlockSchedule roomy(cut_sample_sets(20, 2),
                      {.samples = {}, .seconds = 1e9, .samples_in_memory = 5, .seconds_per_sample = 1});
  EXPECT_EQ(roomy.next().samples(), 4);
  roomy.finished(1);
  EXPECT_EQ(roomy.next().samples(), 4);
  BlockSchedule tight(cut_sample_sets(20, 2),
                      {.samples = {}, .seconds = 1e9, .samples_in_memory = 0, .seconds_per_sample = 1});
  EXPECT_EQ(tight.next().samples(), 2);
}

}  // namespace
}  // namespace pinpoint::patching
