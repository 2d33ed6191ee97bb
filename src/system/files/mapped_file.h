/// \file
/// A file on disk, read by mapping ranges into memory or by copying pieces.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace pinpoint::files {

/// Differs if a file was replaced or written to.
struct FileIdentity {
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;  ///< since the epoch
  std::uint64_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
};

/// Bytes of a file, mapped read-only while this object lives, even if the file is closed or deleted meanwhile.
class MappedRange {
 public:
  MappedRange(MappedRange&& other) noexcept;
  MappedRange& operator=(MappedRange&& other) noexcept;
  ~MappedRange();
  std::string_view bytes() const { return bytes_; }

 private:
  friend class MappedFile;
  MappedRange(void* pages, std::size_t pages_size, std::string_view bytes);

  void* pages_;  // whole pages, of which bytes_ is a part; null for an empty range
  std::size_t pages_size_;
  std::string_view bytes_;
};

/// A regular file, open for reading. Only `map` maps, and each range is unmapped with its own object. So a model much
/// larger than memory can be read piece by piece under any memory limit.
class MappedFile {
 public:
  /// \throws UserError if the file is missing, unreadable, empty or not a regular file
  explicit MappedFile(std::filesystem::path path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  const std::filesystem::path& path() const { return path_; }
  std::uint64_t size() const { return identity_.size; }
  const FileIdentity& identity() const { return identity_; }

  MappedRange map() const { return map(0, size()); }
  /// Bytes begin .. end-1. \pre begin <= end <= size()
  MappedRange map(std::uint64_t begin, std::uint64_t end) const;
  /// Copies bytes begin .. begin+size-1 to `to`. For files that are read again and again for hours: if a mapped file is
  /// cut meanwhile, reading it kills the process. \throws UserError if the bytes cannot be read or no longer exist
  void read(std::uint64_t begin, char* to, std::size_t size) const;

 private:
  std::filesystem::path path_;
  int descriptor_;
  FileIdentity identity_;
};

}  // namespace pinpoint::files
