/// \file
/// A file on disk, read by mapping ranges of it into memory, or piece by piece.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace pinpoint::files {

/// What changes when a file is replaced or written to.
struct FileIdentity {
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;  ///< since the epoch
  std::uint64_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
};

/// Bytes of a file, mapped read-only while this object lives, even after the file was closed or its name deleted.
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

/// A regular file, open for reading. Nothing is mapped until `map` is called, and each range goes with its own object,
/// so that a model far larger than memory is read piece by piece under any memory limit.
class MappedFile {
 public:
  /// \throws UserError when the file is missing, unreadable, empty or no regular file
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
  /// Copies bytes begin .. begin+size-1 to `to`. For files that are read over and over, for hours: a mapped one that
  /// has been cut meanwhile would kill the process. \throws UserError when they cannot be read, or are no longer there
  void read(std::uint64_t begin, char* to, std::size_t size) const;

 private:
  std::filesystem::path path_;
  int descriptor_;
  FileIdentity identity_;
};

}  // namespace pinpoint::files
