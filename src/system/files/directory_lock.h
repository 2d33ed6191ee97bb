/// \file
/// One job at a time in an output directory.
#pragma once

#include <chrono>
#include <filesystem>

namespace pinpoint::files {

/// While it lives, this process holds FOLDER/.lock, in which its host, process and Slurm job are written for others to
/// read. The kernel drops the lock of a process that ends in whatever way, so a dead job holds nothing.
class DirectoryLock {
 public:
  /// Waits up to `patience` for the holder, since ranks of a job that was just killed take a moment to die.
  /// \throws Failure naming the holder when another process has it, UserError when FOLDER cannot be written to
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
