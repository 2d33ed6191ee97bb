#include "system/files/mapped_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>

#include "support/shared.h"
#include "support/user_error.h"

namespace pinpoint::files {
namespace {

using test::user_error;
using ::testing::HasSubstr;

class MappedFileTest : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& text) {
    test::write_text(folder_.path() / "file", text);
    return folder_.path() / "file";
  }
  test::TemporaryFolder folder_;
};

TEST_F(MappedFileTest, MapsAnyRange) {
  std::string text(20000, ' ');  // five pages of 4 KiB
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('a' + i % 23);
  const MappedFile file(write(text));
  EXPECT_EQ(file.size(), 20000u);
  EXPECT_EQ(file.map().bytes(), text);
  EXPECT_EQ(file.map(4095, 4097).bytes(), text.substr(4095, 2));
  EXPECT_EQ(file.map(8192, 20000).bytes(), text.substr(8192));
  EXPECT_EQ(file.map(7, 7).bytes(), "");
}

TEST_F(MappedFileTest, ARangeRemainsWhenTheFileIsClosedAndDeleted) {
  std::optional<MappedFile> file(write("some bytes"));
  MappedRange range = file->map(5, 10);
  file.reset();
  std::filesystem::remove(folder_.path() / "file");
  const MappedRange moved = std::move(range);
  EXPECT_EQ(moved.bytes(), "bytes");
}

TEST_F(MappedFileTest, IdentityChangesWithSizeTimeAndFile) {
  const auto path = write("abc");
  const FileIdentity identity = MappedFile(path).identity();
  EXPECT_EQ(MappedFile(path).identity(), identity);

  last_write_time(path, std::filesystem::last_write_time(path) - std::chrono::seconds(1));
  EXPECT_EQ(MappedFile(path).identity().modified_ns, identity.modified_ns - 1'000'000'000);

  const MappedFile still_open(path);  // so that the new file cannot get its inode
  std::filesystem::remove(path);
  EXPECT_NE(MappedFile(write("abcd")).identity().inode, identity.inode);
  EXPECT_EQ(MappedFile(path).identity().size, 4u);
}

TEST_F(MappedFileTest, RefusesWhatCannotBeRead) {
  EXPECT_THAT(user_error([&] { MappedFile(folder_.path() / "none"); }),
              HasSubstr("none: cannot be opened (No such file or directory)"));
  EXPECT_THAT(user_error([&] { MappedFile{folder_.path()}; }), HasSubstr("is not a regular file"));
  EXPECT_THAT(user_error([&] { MappedFile{write("")}; }), HasSubstr("file: is empty"));
}

TEST_F(MappedFileTest, RefusesAFileWithoutPermission) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const auto path = write("abc");
  permissions(path, std::filesystem::perms::none);
  EXPECT_THAT(user_error([&] { MappedFile{path}; }), HasSubstr("cannot be opened (Permission denied)"));
}

}  // namespace
}  // namespace pinpoint::files
