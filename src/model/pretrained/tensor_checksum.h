/// \file
/// The checksum of a tensor's data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace pinpoint::pretrained {

/// XXH3-128 over the XXH3-128 digests of all 4 MiB chunks of the data, so that threads or ranks can share the chunks of
/// a tensor.
class TensorChecksum {
 public:
  static constexpr std::size_t chunk_bytes = std::size_t{4} << 20;
  static std::int64_t chunks_of(std::uint64_t bytes) {
    return static_cast<std::int64_t>((bytes + chunk_bytes - 1) / chunk_bytes);
  }
  /// XXH3-128 of a chunk: 16 bytes.
  static std::string digest_of(std::string_view chunk);

  /// Adds the digest of a chunk, in any order.
  void add(std::int64_t chunk, const std::string& digest) { digests_[chunk] = digest; }
  void add(const TensorChecksum& other) { digests_.insert(other.digests_.begin(), other.digests_.end()); }
  const std::map<std::int64_t, std::string>& digests() const { return digests_; }

  /// Whether the digests of all chunks of this many bytes have been added.
  bool is_complete(std::uint64_t bytes) const { return static_cast<std::int64_t>(digests_.size()) == chunks_of(bytes); }
  /// 32 lower-case hexadecimal digits. \pre is_complete
  std::string hex() const;

 private:
  std::map<std::int64_t, std::string> digests_;
};

}  // namespace pinpoint::pretrained
