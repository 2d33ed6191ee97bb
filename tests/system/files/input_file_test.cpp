#include "system/files/input_file.h"

#include <gmock/gmock.h>

#include "support/shared.h"
#include "support/user_error.h"

namespace pinpoint::files {
namespace {

TEST(InputFile, HasBytesAndSha256) {
  const test::TemporaryFolder folder;
  test::write_text(folder.path() / "abc", "abc");
  const InputFile input = read_input(folder.path() / "abc");
  EXPECT_EQ(input.path, folder.path() / "abc");
  EXPECT_EQ(input.bytes, "abc");
  // FIPS 180-2, example B.1
  EXPECT_EQ(input.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(InputFile, MustExist) {
  EXPECT_THAT(test::user_error([] { read_input("/nowhere/abc"); }), testing::HasSubstr("/nowhere/abc: cannot be read"));
}

}  // namespace
}  // namespace pinpoint::files
