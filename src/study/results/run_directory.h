/// \file
/// The output directory of a run.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "study/results/file_names.h"
#include "system/files/directory_lock.h"
#include "system/files/path_conflict.h"

namespace pinpoint::results {

/// The output directory of this job, only on rank 0. The constructor makes it if necessary and removes half-written
/// results of a killed run (NAME.tmp). While the object exists, other jobs cannot use the directory.
class RunDirectory {
 public:
  /// \throws UserError when `root` cannot hold results (it is not a folder, not writable, or has something else under
  ///         the name of a result), Failure when another job uses it
  explicit RunDirectory(std::filesystem::path root);

  const std::filesystem::path& root() const { return root_; }
  /// If this file exists, the job saves everything and stops (exit status 76).
  std::filesystem::path stop_file() const { return root_ / results::stop_file; }
  /// Call it when the job stops, so that the next run does not stop again.
  void remove_stop_file() const;

  /// log/COMMAND-YYYYmmdd-HHMMSS-PID.log, in local time. Makes the folder.
  std::filesystem::path log_file(std::string_view command) const;

  /// Renames the result `name` to NAME.old-N, N the first free number from 1, and returns that path; none if there is
  /// no such result.
  std::optional<std::filesystem::path> set_aside(std::string_view name) const;

  /// Writes the result `name`. A file with other bytes is set aside (files::write_beside_old).
  void write(std::string_view name, std::string_view bytes) const;

 private:
  std::filesystem::path root_;
  files::DirectoryLock lock_;
};

/// What `command` ("sweep", "tune", "data pairs") writes, renames or removes in the output directory `root`. Its other
/// files, such as pairs and heads that an earlier command made, may be inputs.
std::vector<files::OutputPath> outputs_of(const std::filesystem::path& root, std::string_view command);

}  // namespace pinpoint::results
