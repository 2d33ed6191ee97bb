/// \file
/// The checksum of a tensor's data.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pinpoint::io {

/// XXH3-128 over the XXH3-128 of every 4 MiB chunk of the data, so that several threads or ranks could share the chunks
/// of one tensor and come to the same checksum.
class TensorChecksum {
 public:
  static constexpr std::size_t chunk_bytes = std::size_t{4} << 20;

  /// The next chunk, in order: `chunk_bytes` long but for the last one.
  void add_chunk(std::string_view chunk);
  /// 32 lower-case hexadecimal digits.
  std::string hex() const;

 private:
  std::string digests_;  // 16 bytes a chunk
};

}  // namespace pinpoint::io
