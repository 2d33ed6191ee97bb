/// \file
/// The checksums of a model's tensors, as far as they are known.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "model/pretrained/checksum_cache.h"
#include "model/pretrained/tensor_checksum.h"
#include "model/pretrained/weight_files.h"

namespace pinpoint::pretrained {

/// Begins with what the cache knows and is added to as tensors are read, chunk by chunk: ranks that read parts of a
/// tensor come to its checksum together. May be used by several threads at once.
class KnownChecksums {
 public:
  /// \param files must outlive this object
  KnownChecksums(const WeightFiles& files, ChecksumCache cache);

  std::optional<std::string> find(const std::string& tensor) const;
  /// The digest of a chunk that has been read; with a tensor's last one its checksum is known.
  void add_chunk(const std::string& tensor, std::int64_t chunk, const std::string& digest);

  /// The digests that were added here, as a text; another rank's `add` takes them over.
  std::string read_here() const;
  void add(std::string_view read_elsewhere);

  /// Puts all into the cache, where something is new.
  void save();

 private:
  void add_locked(const std::string& tensor, const TensorChecksum& more);

  const WeightFiles& files_;
  ChecksumCache cache_;
  mutable std::mutex mutex_;
  ChecksumCache::Checksums checksums_;
  std::map<std::string, TensorChecksum> read_;
  bool changed_ = false;  // since the last load or save
};

}  // namespace pinpoint::pretrained
