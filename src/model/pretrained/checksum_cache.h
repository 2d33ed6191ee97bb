/// \file
/// Remembers the checksums of a checkpoint's tensors from run to run.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "system/files/mapped_file.h"

namespace pinpoint::pretrained {

/// A folder with one small JSON file per checkpoint file, which is good as long as that file has the same path, size,
/// time of modification and inode. The cache only saves time: what cannot be read counts as not there, what cannot be
/// written is left out, and nobody is told.
class ChecksumCache {
 public:
  using Checksums = std::map<std::string, std::string>;  ///< by tensor name

  /// \param folder is made when it is needed; "" caches nothing
  explicit ChecksumCache(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// $XDG_CACHE_HOME/pinpoint, else ~/.cache/pinpoint.
  static ChecksumCache of_user();

  /// What is known about `file` as it stands; empty when nothing is.
  Checksums load(const std::filesystem::path& file, const files::FileIdentity& identity) const;
  /// Leaves out a file modified in the last two seconds: a second change within the clock's resolution would not show.
  void store(const std::filesystem::path& file, const files::FileIdentity& identity, const Checksums& checksums) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace pinpoint::pretrained
