/// \file
/// Hand-written safetensors files, valid or not.
#pragma once

#include <cstdint>
#include <string>

namespace pinpoint::test {

/// The bytes of a file with this header, which may be invalid.
inline std::string raw_safetensors(const std::string& header, const std::string& data) {
  std::string bytes;
  for (int shift = 0; shift < 64; shift += 8)
    bytes += static_cast<char>(static_cast<std::uint64_t>(header.size()) >> shift & 0xFF);
  return bytes + header + data;
}

}  // namespace pinpoint::test
