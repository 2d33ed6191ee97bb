#include "system/files/lfs_pointer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shared.h"
#include "system/base/check.h"
#include "system/files/text_file.h"

namespace pinpoint::files {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// The example in Git LFS's specification (docs/spec.md).
constexpr const char* pointer =
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
    "size 12345\n";

TEST(LfsPointer, IsRecognisedByItsFirstLine) {
  EXPECT_TRUE(is_lfs_pointer(pointer));
  EXPECT_TRUE(is_lfs_pointer(std::string_view(pointer).substr(0, 64)));
  EXPECT_TRUE(is_lfs_pointer("version https://hawser.github.com/spec/v1\r\n"));  // before the project's name changed
}

TEST(LfsPointer, IsNoOtherText) {
  for (const char* text : {"", "version", "version https://example.org/spec/v1\n", "{\"version\": \"1.0\"}",
                           " version https://git-lfs.github.com/spec/v1\n"})
    EXPECT_FALSE(is_lfs_pointer(text)) << text;
}

/// Data sets and configurations are published with Git LFS as well as weights.
TEST(LfsPointer, IsNotReadAsAFile) {
  const test::TemporaryFolder folder;
  test::write_text(folder.path() / "data.jsonl", pointer);
  EXPECT_THAT(
      [&] { read_file(folder.path() / "data.jsonl"); },
      ThrowsMessage<UserError>(AllOf(HasSubstr("data.jsonl: is a git-lfs pointer"), HasSubstr("git lfs pull"))));
}

}  // namespace
}  // namespace pinpoint::files
