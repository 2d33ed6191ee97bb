#include "system/files/nearest_name.h"

#include <gtest/gtest.h>

namespace pinpoint::files {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsAndReplacements) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);  // k->s, e->i, +g
  EXPECT_EQ(edit_distance("smaples", "samples"), 2u);
  EXPECT_EQ(edit_distance("dtype", "dtype"), 0u);
}

TEST(NearestName, IsTheNearestUnlessItIsTooFar) {
  EXPECT_EQ(nearest_name("smaples", {"pairs", "samples", "block"}), "samples");
  EXPECT_EQ(nearest_name("sead", {"seed", "send"}), "seed");  // both at 1: the first
  EXPECT_EQ(nearest_name("zebra", {"pairs", "samples"}), std::nullopt);
  EXPECT_EQ(nearest_name("a", {"b"}), std::nullopt);
  EXPECT_EQ(nearest_name("a", {}), std::nullopt);
}

}  // namespace
}  // namespace pinpoint::files
