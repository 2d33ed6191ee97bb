#include "io/tensor_checksum.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace pinpoint::io {

void TensorChecksum::add_chunk(std::string_view chunk) {
  XXH128_canonical_t digest;
  XXH128_canonicalFromHash(&digest, XXH3_128bits(chunk.data(), chunk.size()));
  digests_.append(reinterpret_cast<const char*>(digest.digest), sizeof digest.digest);
}

std::string TensorChecksum::hex() const {
  const XXH128_hash_t hash = XXH3_128bits(digests_.data(), digests_.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace pinpoint::io
