/// \file
/// The output directory of a run.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "study/results/file_names.h"
#include "system/files/directory_lock.h"

namespace pinpoint::results {

/// An output directory in use by this job; rank 0 alone has one. It is made where it is missing, is held against other
/// jobs while the object lives, and is rid of what a killed run left half written (NAME.tmp of our own results).
class RunDirectory {
 public:
  /// \throws UserError when `root` is no place for results (not a folder, not writable, holds something else under the
  ///         name of a result), Failure when another job uses it
  explicit RunDirectory(std::filesystem::path root);

  const std::filesystem::path& root() const { return root_; }
  /// Its existence asks the job to stop with everything saved (exit status 76).
  std::filesystem::path stop_file() const { return root_ / results::stop_file; }
  /// To be called when it was obeyed, so that the next run does not stop again.
  void remove_stop_file() const;

  /// log/COMMAND-YYYYmmdd-HHMMSS-PID.log, in local time; the folder is made.
  std::filesystem::path log_file(std::string_view command) const;

  /// Renames the result `name` to NAME.old-N, with the first N from 1 that is free, and returns that path. None where
  /// there is no such result.
  std::optional<std::filesystem::path> set_aside(std::string_view name) const;

 private:
  std::filesystem::path root_;
  files::DirectoryLock lock_;
};

}  // namespace pinpoint::results
