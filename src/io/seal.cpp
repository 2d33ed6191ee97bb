#include "io/seal.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace pinpoint::io {
namespace {

constexpr std::string_view begin_of_seal = "\npinpoint xxh3-128 ";
constexpr std::size_t seal_size = begin_of_seal.size() + 32 + 1;  // 128 bits in hexadecimal, end of line

}  // namespace

std::string seal_of(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("{}{:016x}{:016x}\n", begin_of_seal, hash.high64, hash.low64);
}

SealState check_seal(std::string_view file) {
  if (file.size() < seal_size) return SealState::missing;
  const std::string_view bytes = file.substr(0, file.size() - seal_size), seal = file.substr(bytes.size());
  if (!seal.starts_with(begin_of_seal)) return SealState::missing;
  return seal == seal_of(bytes) ? SealState::intact : SealState::broken;
}

}  // namespace pinpoint::io
