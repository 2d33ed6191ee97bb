#include "system/base/number.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace pinpoint {
namespace {

TEST(Number, IsTheWholeText) {
  EXPECT_EQ(parse_number<std::int64_t>("17"), 17);
  EXPECT_EQ(parse_number<std::int64_t>("-17"), -17);
  EXPECT_EQ(parse_number<double>("2.5e1"), 25.0);
  for (const char* text : {"", " 1", "1 ", "+1", "1.5", "0x1", "one"})
    EXPECT_EQ(parse_number<std::int64_t>(text), std::nullopt) << text;
}

TEST(Number, FitsItsType) {
  EXPECT_EQ(parse_number<int>("2147483647"), 2147483647);
  EXPECT_EQ(parse_number<int>("2147483648"), std::nullopt);
  EXPECT_EQ(parse_number<std::size_t>("-1"), std::nullopt);
  EXPECT_EQ(parse_number<double>("1e999"), std::nullopt);
}

}  // namespace
}  // namespace pinpoint
