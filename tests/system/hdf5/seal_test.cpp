#include "system/hdf5/seal.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/shared.h"
#include "system/hdf5/h5_file.h"

namespace pinpoint::hdf5 {
namespace {

/// Of a file of these bytes, the same on disk and in memory.
SealState state_of(const std::string& bytes, std::int64_t block = seal_block) {
  const test::TemporaryFolder folder;
  test::write_text(folder.path() / "file", bytes);
  const SealState state = check_seal(folder.path() / "file", {}, block);
  EXPECT_EQ(check_seal(files::InputFile{"file", bytes, ""}, block), state);
  return state;
}

std::string block_seal(const std::string& bytes, std::int64_t block) {
  const test::TemporaryFolder folder;
  test::write_text(folder.path() / "file", bytes);
  return block_seal_of(folder.path() / "file", {}, block);
}

/// The bytes of a small file as HDF5 wrote it, with its seal.
std::string small_h5_file() {
  const test::TemporaryFolder folder;
  H5File file = H5File::create(folder.path() / "file.h5");
  file.write_scale("sample", std::vector<std::int32_t>{0, 1, 2});
  file.write("effect", std::vector<float>{1, 2, 3}, {"sample"});
  file.write_attribute("schema", std::string("effects"));
  file.commit();
  return test::read_text(folder.path() / "file.h5");
}

/// Inverts some bits of every byte in turn, in the file and in memory.
void expect_every_change_found(const std::string& bytes, std::int64_t block = seal_block) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "file";
  ASSERT_EQ(state_of(bytes, block), SealState::intact);
  test::write_text(path, bytes);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto put = [&](std::size_t place, char byte) {
    file.seekp(static_cast<std::streamoff>(place)).put(byte).flush();
  };
  files::InputFile input{path, bytes, ""};
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    for (const int bits : {0x01, 0x20, 0xff}) {
      input.bytes[place] = static_cast<char>(bytes[place] ^ bits);
      put(place, input.bytes[place]);
      ASSERT_EQ(check_seal(input, block), SealState::broken) << "byte " << place << ", bits " << bits;
      ASSERT_EQ(check_seal(path, {}, block), SealState::broken) << "byte " << place << ", bits " << bits;
    }
    input.bytes[place] = bytes[place];
    put(place, bytes[place]);
  }
  EXPECT_EQ(check_seal(path, {}, block), SealState::intact);
}

TEST(Seal, IsIntactAfterTheBytesThatItWasMadeOf) {
  EXPECT_EQ(state_of("data" + seal_of("data")), SealState::intact);
  EXPECT_EQ(state_of(seal_of("")), SealState::intact);
}

TEST(Seal, IsBrokenAfterOtherBytes) {
  EXPECT_EQ(state_of("date" + seal_of("data")), SealState::broken);
  EXPECT_EQ(state_of("dat" + seal_of("data")), SealState::broken);
}

TEST(Seal, FindsEveryChangedByteOfAnHdf5FileAndOfItself) { expect_every_change_found(small_h5_file()); }

TEST(Seal, OfBlocksFindsEveryChangedByteOfTheFileAndOfItself) {
  expect_every_change_found("some data" + block_seal("some data", 4), 4);
  expect_every_change_found("one block" + block_seal("one block", 64), 64);
  expect_every_change_found("one block" + block_seal("one block", seal_block));
}

TEST(Seal, IsMissingWithoutATraceOfOne) {
  EXPECT_EQ(state_of("."), SealState::missing);
  EXPECT_EQ(state_of(std::string(1000, '0')), SealState::missing);
  EXPECT_EQ(state_of("pinpoint\npinpoint 0.1.0\n"), SealState::missing);
}

TEST(Seal, ThatIsCutOrFollowedByOtherBytesIsBroken) {
  const std::string sealed = "data" + seal_of("data"), in_blocks = "data" + block_seal("data", seal_block);
  EXPECT_EQ(state_of(sealed + "more"), SealState::broken);
  for (std::size_t lost = 1; lost <= 33; ++lost) {  // the digest and the end of the line
    EXPECT_EQ(state_of(sealed.substr(0, sealed.size() - lost)), SealState::broken) << lost;
    EXPECT_EQ(state_of(in_blocks.substr(0, in_blocks.size() - lost)), SealState::broken) << lost;
  }
  for (std::size_t lost = 1; lost <= seal_of("").size(); ++lost)
    EXPECT_NE(state_of(sealed.substr(0, sealed.size() - lost)), SealState::intact) << lost;
}

TEST(Seal, IsSeenByItsTrace) {
  const test::TemporaryFolder folder;
  const auto seen = [&](const std::string& bytes) {
    test::write_text(folder.path() / "file", bytes);
    return has_seal(folder.path() / "file");
  };
  EXPECT_TRUE(seen("data" + seal_of("data")));
  EXPECT_TRUE(seen("date" + seal_of("data")));
  EXPECT_TRUE(seen("data" + block_seal("data", 3)));
  EXPECT_FALSE(seen("data"));
}

TEST(Seal, OfBlocksIsIntactAfterTheBytesThatItWasMadeOf) {
  for (const std::int64_t block : {1, 3, 4, 100})
    EXPECT_EQ(state_of("data" + block_seal("data", block), block), SealState::intact);
  EXPECT_EQ(state_of("date" + block_seal("data", 3), 3), SealState::broken);
  EXPECT_EQ(state_of("dat" + block_seal("data", 3), 3), SealState::broken);
  EXPECT_EQ(state_of("datadata" + block_seal("data", 4), 4), SealState::broken);
}

// A file of one block has the same checksum for every larger size of a block.
TEST(Seal, OfBlocksOfAnotherSizeIsBroken) {
  EXPECT_EQ(state_of("data" + block_seal("data", 100), 200), SealState::broken);
  EXPECT_EQ(state_of("data" + block_seal("data", 100)), SealState::broken);
}

TEST(Seal, OfBlocksNamesTheirSize) {
  EXPECT_TRUE(block_seal("data", 3).starts_with("\npinpoint xxh3-128-of-blocks 0000000000000003 "));
  EXPECT_EQ(block_seal("data", 3).size(), seal_of("").size() + 27);
}

// What `xxhsum -H128` prints for an empty file.
TEST(Seal, IsXxh3) { EXPECT_EQ(seal_of(""), "\npinpoint xxh3-128 99aa06d3014798d86001c324468d497f\n"); }

}  // namespace
}  // namespace pinpoint::hdf5
