#include "system/files/text_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shared.h"
#include "system/base/check.h"

namespace pinpoint::files {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(TextFile, ReturnsWhatWasWritten) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "f";
  const std::string bytes("a\0\xFF\r\n", 5);
  write_atomically(file, bytes);
  EXPECT_EQ(read_file(file), bytes);
  write_atomically(file, "");
  EXPECT_EQ(read_file(file), "");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "f.tmp"));
}

TEST(TextFile, SaysWhyItCannotBeRead) {
  const test::TemporaryFolder folder;
  EXPECT_THAT([&] { read_file(folder.path() / "none"); },
              ThrowsMessage<UserError>(HasSubstr("none: cannot be read (No such file or directory)")));
  EXPECT_THAT([&] { read_file(folder.path()); }, ThrowsMessage<UserError>(HasSubstr("is a folder")));
}

TEST(TextFile, SaysWhyItCannotBeWritten) {
  const test::TemporaryFolder folder;
  EXPECT_THAT([&] { write_atomically(folder.path() / "none" / "f", ""); },
              ThrowsMessage<UserError>(AllOf(HasSubstr("none/f"), HasSubstr("No such file or directory"))));
}

TEST(TextFile, KeepsTheOldFileWhenTheDiskIsFull) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "f";
  write_atomically(file, "old");
  std::filesystem::create_symlink("/dev/full", folder.path() / "f.tmp");  // every write to it fails like on a full disk
  EXPECT_THAT([&] { write_atomically(file, "new"); },
              ThrowsMessage<UserError>(AllOf(HasSubstr(file.string()), HasSubstr("No space left on device"))));
  EXPECT_EQ(read_file(file), "old");
}

TEST(TextFile, MakesFolders) {
  const test::TemporaryFolder folder;
  make_folder(folder.path() / "a" / "b");
  make_folder(folder.path() / "a" / "b");
  EXPECT_TRUE(std::filesystem::is_directory(folder.path() / "a" / "b"));
  test::write_text(folder.path() / "file", "");
  EXPECT_THAT(
      [&] { make_folder(folder.path() / "file" / "a"); },
      ThrowsMessage<UserError>(AllOf(HasSubstr("file/a: the folder cannot be made"), HasSubstr("Not a directory"))));
}

}  // namespace
}  // namespace pinpoint::files
