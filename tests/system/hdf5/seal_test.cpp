#include "system/hdf5/seal.h"

#include <gtest/gtest.h>

#include "support/shared.h"

namespace pinpoint::hdf5 {
namespace {

/// Of a file of these bytes, the same on disk and in memory.
SealState state_of(const std::string& bytes) {
  const test::TemporaryFolder folder;
  test::write_text(folder.path() / "file", bytes);
  const SealState state = check_seal(folder.path() / "file");
  EXPECT_EQ(check_seal(files::InputFile{"file", bytes, ""}), state);
  return state;
}

std::string block_seal(const std::string& bytes, std::int64_t block) {
  const test::TemporaryFolder folder;
  test::write_text(folder.path() / "file", bytes);
  return block_seal_of(folder.path() / "file", {}, block);
}

TEST(Seal, HoldsForTheBytesBeforeIt) {
  EXPECT_EQ(state_of("data" + seal_of("data")), SealState::intact);
  EXPECT_EQ(state_of(seal_of("")), SealState::intact);
}

TEST(Seal, IsBrokenByAnyOtherBytes) {
  EXPECT_EQ(state_of("date" + seal_of("data")), SealState::broken);
  EXPECT_EQ(state_of("dat" + seal_of("data")), SealState::broken);
}

TEST(Seal, IsMissingWhereAFileEndsOtherwise) {
  EXPECT_EQ(state_of("."), SealState::missing);
  EXPECT_EQ(state_of("data" + seal_of("data") + "more"), SealState::missing);
}

TEST(Seal, OfBlocksHoldsForTheBytesBeforeIt) {
  for (const std::int64_t block : {1, 3, 4, 100})
    EXPECT_EQ(state_of("data" + block_seal("data", block)), SealState::intact);
  EXPECT_EQ(state_of("date" + block_seal("data", 3)), SealState::broken);
  EXPECT_EQ(state_of("dat" + block_seal("data", 3)), SealState::broken);
  EXPECT_EQ(state_of("datadata" + block_seal("data", 4)), SealState::broken);
}

TEST(Seal, OfBlocksThatNamesNoneIsBroken) {
  std::string seal = block_seal("data", 3);
  seal[seal.find("0003")] = 'x';
  EXPECT_EQ(state_of("data" + seal), SealState::broken);
}

TEST(Seal, OfBlocksNamesTheirSize) {
  EXPECT_TRUE(block_seal("data", 3).starts_with("\npinpoint xxh3-128-of-blocks 0000000000000003 "));
  EXPECT_EQ(block_seal("data", 3).size(), seal_of("").size() + 27);
}

// What `xxhsum -H128` prints for an empty file.
TEST(Seal, IsXxh3) { EXPECT_EQ(seal_of(""), "\npinpoint xxh3-128 99aa06d3014798d86001c324468d497f\n"); }

}  // namespace
}  // namespace pinpoint::hdf5
