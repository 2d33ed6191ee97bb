#include "system/base/progress.h"

#include <gtest/gtest.h>

namespace pinpoint {
namespace {

TEST(FormatDuration, TellsTheTwoLargestUnits) {
  EXPECT_EQ(format_duration(0.27), "0.3 s");
  EXPECT_EQ(format_duration(12.4), "12 s");
  EXPECT_EQ(format_duration(200), "3 min 20 s");
  EXPECT_EQ(format_duration(3720), "1 h 02 min");
}

TEST(FormatDuration, KnowsNoNegativeTime) { EXPECT_EQ(format_duration(-5), "0.0 s"); }

}  // namespace
}  // namespace pinpoint
