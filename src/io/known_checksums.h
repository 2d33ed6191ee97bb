/// \file
/// The checksums of a model's tensors, as far as they are known.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "io/checksum_cache.h"
#include "io/weight_files.h"

namespace pinpoint::io {

/// Begins with what the cache knows and is added to as tensors are read. May be used by several threads at once.
class KnownChecksums {
 public:
  /// \param files must outlive this object
  KnownChecksums(const WeightFiles& files, ChecksumCache cache);

  std::optional<std::string> find(const std::string& tensor) const;
  void add(const std::string& tensor, const std::string& checksum);
  /// Puts all into the cache, where something is new.
  void save();

 private:
  const WeightFiles& files_;
  ChecksumCache cache_;
  mutable std::mutex mutex_;
  ChecksumCache::Checksums checksums_;
  bool changed_ = false;  // since the last load or save
};

}  // namespace pinpoint::io
