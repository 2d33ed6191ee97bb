/// \file
/// Remembers the checksums of a checkpoint's tensors from run to run.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "system/files/mapped_file.h"

namespace pinpoint::pretrained {

/// A folder with one small JSON file per checkpoint file. It is valid while that file has the same path, size, time of
/// modification and inode. The cache only saves time: a file that cannot be read counts as missing, and errors of
/// writing are ignored.
class ChecksumCache {
 public:
  using Checksums = std::map<std::string, std::string>;  ///< by tensor name

  /// \param folder is created when needed; "" caches nothing
  explicit ChecksumCache(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// $XDG_CACHE_HOME/pinpoint, else ~/.cache/pinpoint.
  static ChecksumCache of_user();

  /// The known checksums of `file` in its present state; empty if there are none.
  Checksums load(const std::filesystem::path& file, const files::FileIdentity& identity) const;
  /// Does nothing for a file modified in the last two seconds: a further change within the clock's resolution would not
  /// be visible.
  void store(const std::filesystem::path& file, const files::FileIdentity& identity, const Checksums& checksums) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace pinpoint::pretrained
