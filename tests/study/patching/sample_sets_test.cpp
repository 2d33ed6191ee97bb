#include "study/patching/sample_sets.h"

#include <gmock/gmock.h>

namespace pinpoint::patching {
namespace {

using parallel::Range;
using testing::ElementsAre;

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

}  // namespace
}  // namespace pinpoint::patching
