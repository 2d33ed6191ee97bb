#include "model/pretrained/tensor_checksum.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace pinpoint::pretrained {

std::string TensorChecksum::digest_of(std::string_view chunk) {
  XXH128_canonical_t digest;
  XXH128_canonicalFromHash(&digest, XXH3_128bits(chunk.data(), chunk.size()));
  return {reinterpret_cast<const char*>(digest.digest), sizeof digest.digest};
}

std::string TensorChecksum::hex() const {
  std::string all;
  for (const auto& [chunk, digest] : digests_) all += digest;
  const XXH128_hash_t hash = XXH3_128bits(all.data(), all.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace pinpoint::pretrained
