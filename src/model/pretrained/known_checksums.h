/// \file
/// The known checksums of a model's tensors.
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

/// Starts from the cache and grows as tensors are read, chunk by chunk, so that ranks can share the reading of a
/// tensor. Several threads may use it at once.
class KnownChecksums {
 public:
  /// \param files must outlive this object
  KnownChecksums(const WeightFiles& files, ChecksumCache cache);

  std::optional<std::string> find(const std::string& tensor) const;
  /// Adds the digest of a chunk that has been read. All chunks of a tensor make its checksum known.
  void add_chunk(const std::string& tensor, std::int64_t chunk, const std::string& digest);

  /// All digests that were added, as a text for another rank's `add`.
  std::string read_here() const;
  void add(std::string_view read_elsewhere);

  /// Writes to the cache if anything is new.
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
