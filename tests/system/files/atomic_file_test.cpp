#include "system/files/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "support/shared.h"
#include "support/user_error.h"

namespace pinpoint::files {
namespace {

using test::read_text;
using test::user_error;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(AtomicFile, AppearsWithCommit) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "result";
  AtomicFile file(path);
  file.write("first ");
  file.write("second");
  EXPECT_FALSE(exists(path));
  EXPECT_TRUE(exists(folder.path() / "result.tmp"));
  file.commit();
  EXPECT_EQ(read_text(path), "first second");
  EXPECT_FALSE(exists(folder.path() / "result.tmp"));
}

TEST(AtomicFile, WithoutCommitTheOldFileStays) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "result";
  test::write_text(path, "old");
  { AtomicFile(path).write("half of the n"); }
  EXPECT_EQ(read_text(path), "old");
  EXPECT_FALSE(exists(folder.path() / "result.tmp"));
}

TEST(AtomicFile, SaysWhyItCannotWrite) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(user_error([&] { AtomicFile(folder.path() / "none" / "result"); }),
              AllOf(HasSubstr("result: cannot be written (No such file or directory)"), HasSubstr("free space")));
}

TEST(AtomicFile, EndsAfterOtherProcessesDataEvenIfMoreWasReserved) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "result";
  AtomicFile file(path);
  file.write("one ");
  file.reserve(10 << 20);
  std::ofstream(AtomicFile::temporary_of(path), std::ios::app) << "two ";
  file.append("three");
  file.commit();
  EXPECT_EQ(test::read_text(path), "one two three");
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_LT(status.st_blocks * 512, 1 << 20) << "what was not needed is given back";
}

/// Limits the size of files that this process writes, like a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : signal_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, signal_);
  }

 private:
  rlimit before_{};
  void (*signal_)(int);
};

TEST(AtomicFile, LeavesNothingOnAFullDisk) {
  const test::TemporaryFolder folder;
  const FileSizeLimit limit(1000);
  EXPECT_THAT(user_error([&] {
                AtomicFile file(folder.path() / "result");
                file.write(std::string(1001, 'x'));
              }),
              HasSubstr("result: cannot be written (File too large)"));
  EXPECT_TRUE(is_empty(folder.path()));
}

}  // namespace
}  // namespace pinpoint::files
