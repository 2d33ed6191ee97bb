/// \file
/// Results on a full disk: a small file system in memory, mounted for one child process only.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "support/shared.h"
#include "system/base/check.h"
#include "system/hdf5/h5_file.h"

namespace pinpoint::hdf5 {
namespace {

/// Mounts a small file system at `folder` for this process. \returns whether that is allowed
bool mount_small(const std::filesystem::path& folder) {
  return unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=64k") == 0;
}

bool can_mount(const std::filesystem::path& folder) {
  const pid_t child = fork();
  if (child == 0) _exit(mount_small(folder) ? 0 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Writes 800 KB, then ends the process normally, with the clean-up of the HDF5 library.
[[noreturn]] void fill(const std::filesystem::path& folder) {
  mount_small(folder);
  try {
    H5File file = H5File::create(folder / "file.h5");
    file.write_scale("row", std::vector<double>(100'000));
    file.commit();
  } catch (const UserError& error) {
    std::cerr << error.what() << (std::filesystem::is_empty(folder) ? "; nothing left" : "; something left") << '\n';
    std::exit(2);
  }
  std::exit(0);
}

TEST(FullDiskDeathTest, LeavesNothingAndEndsNormally) {
  const test::TemporaryFolder folder;
  if (!can_mount(folder.path())) GTEST_SKIP() << "needs the right to mount a file system";
  EXPECT_EXIT(fill(folder.path()), ::testing::ExitedWithCode(2),
              "file.h5: cannot be written \\(No space left on device\\).*; nothing left");
}

}  // namespace
}  // namespace pinpoint::hdf5
