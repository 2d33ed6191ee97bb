/// \file
/// Keeps a second job out of an output directory.
#pragma once

#include <chrono>
#include <filesystem>
#include <string_view>

namespace pinpoint::files {

/// While it lives, this process holds the lock FOLDER/.lock. The file names its host, process and Slurm job. The kernel
/// releases the lock when the process ends in any way, so a dead job holds no lock.
class DirectoryLock {
 public:
  static constexpr std::string_view file_name = ".lock";

  /// Waits up to `patience` for the holder, because the ranks of a killed job take a moment to end.
  /// \throws Failure, naming the holder, if another process has the lock; UserError if FOLDER is not writable,
  ///         or .lock is a file of something else
  explicit DirectoryLock(const std::filesystem::path& folder,
                         std::chrono::milliseconds patience = std::chrono::seconds(3));
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  void write_holder() const;

  std::filesystem::path folder_;
  int descriptor_;
};

}  // namespace pinpoint::files
