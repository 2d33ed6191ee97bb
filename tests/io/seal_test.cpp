#include "io/seal.h"

#include <gtest/gtest.h>

namespace pinpoint::io {
namespace {

TEST(Seal, HoldsForTheBytesBeforeIt) {
  EXPECT_EQ(check_seal("data" + seal_of("data")), SealState::intact);
  EXPECT_EQ(check_seal(seal_of("")), SealState::intact);
}

TEST(Seal, IsBrokenByAnyOtherBytes) {
  EXPECT_EQ(check_seal("date" + seal_of("data")), SealState::broken);
  EXPECT_EQ(check_seal("dat" + seal_of("data")), SealState::broken);
}

TEST(Seal, IsMissingWhereAFileEndsOtherwise) {
  EXPECT_EQ(check_seal(""), SealState::missing);
  EXPECT_EQ(check_seal("data" + seal_of("data") + "more"), SealState::missing);
}

// What `xxhsum -H128` prints for an empty file.
TEST(Seal, IsXxh3) { EXPECT_EQ(seal_of(""), "\npinpoint xxh3-128 99aa06d3014798d86001c324468d497f\n"); }

}  // namespace
}  // namespace pinpoint::io
