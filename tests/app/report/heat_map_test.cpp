#include "app/report/heat_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace pinpoint::report {
namespace {

using testing::HasSubstr;

// Shares of the largest effect, -10: 1, 0.3, 0.02, 0 in layer 0; 0.6, 0.1, 0.01 and NaN in layer 1.
const std::vector<double> effects{-10, -3, -0.2, 0, 6, 1, 0.1, std::numeric_limits<double>::quiet_NaN()};

TEST(HeatMap, ShowsSignAndSizeWithoutColour) {
  const auto lines = heat_map(effects, 4, Ink::plain);
  ASSERT_EQ(lines.size(), 5);
  EXPECT_EQ(lines[0], "  head     0");
  EXPECT_EQ(lines[1], "  layer  0  \u2588\u2588 \u2593\u2593 \u2591\u2591 \u00b7 ");
  EXPECT_EQ(lines[2], "  layer  1  ## ++ \u00b7  ??");
  EXPECT_THAT(lines[3], HasSubstr("of the largest, 10: "));
  EXPECT_THAT(lines[3], HasSubstr("\u2588\u2588 ## from 60 %"));
}

TEST(HeatMap, ColoursWhatIsNotZero) {
  const auto lines = heat_map(effects, 4, Ink::coloured);
  EXPECT_THAT(lines[1], HasSubstr("\033[38;5;196m\u2588\u2588\033[0m"));
  EXPECT_THAT(lines[1], HasSubstr(" \u00b7 "));
}

TEST(HeatMap, GivesManyHeadsOneColumnEach) {
  const auto lines = heat_map(std::vector<double>(64, -1.0), 64, Ink::plain);
  EXPECT_EQ(lines[0].substr(0, 20), "  head     0   4   8");
  std::string cells;
  for (int head = 0; head < 64; ++head) cells += "\u2588";
  EXPECT_EQ(lines[1], "  layer  0  " + cells);
}

TEST(HeatMap, OfNothingButZerosIsEmpty) {
  EXPECT_EQ(heat_map(std::vector<double>{0, 0}, 2, Ink::plain)[1], "  layer  0  \u00b7  \u00b7 ");
}

}  // namespace
}  // namespace pinpoint::report
