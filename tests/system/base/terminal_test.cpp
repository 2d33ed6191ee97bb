#include "system/base/terminal.h"

#include <gtest/gtest.h>

namespace pinpoint {
namespace {

TEST(WithoutColour, RemovesOnlyColourCodes) {
  EXPECT_EQ(without_colour("\033[38;5;196mred\033[0m and [m plain"), "red and [m plain");
  EXPECT_EQ(without_colour("\033[1"), "");  // an incomplete one
  EXPECT_EQ(without_colour("plain"), "plain");
}

}  // namespace
}  // namespace pinpoint
