#include "study/patching/block_schedule.h"

#include <gmock/gmock.h>

#include "study/patching/sample_sets.h"

namespace pinpoint::patching {
namespace {

using parallel::Range;
using testing::ElementsAre;

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

TEST(BlockSchedule, TakesHalfOfTheTimeThatIsLeft) {
  BlockSchedule schedule(cut_sample_sets(40, 2),
                         {.samples = {}, .seconds = 100, .samples_in_memory = 1000, .seconds_per_sample = 5});
  EXPECT_EQ(schedule.next(60).samples(), 6);     // 30 s
  EXPECT_EQ(schedule.next(1000).samples(), 20);  // minutes_per_block
  EXPECT_EQ(schedule.next(0).samples(), 2);      // one set at least
  EXPECT_EQ(schedule.least_seconds(), 10);
  EXPECT_EQ(schedule.next().samples(), 12);
}

TEST(BlockSchedule, AConfiguredBlockIsSmallerIfTheTimeIsShort) {
  BlockSchedule schedule(cut_sample_sets(40, 2),
                         {.samples = 10, .seconds = 0, .samples_in_memory = 0, .seconds_per_sample = 5});
  EXPECT_EQ(schedule.next(1000).samples(), 10);
  EXPECT_EQ(schedule.next(40).samples(), 4);
  EXPECT_EQ(schedule.next().samples(), 10);
}

}  // namespace
}  // namespace pinpoint::patching
