/// \file
/// A file that gets its name only when it is complete.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace pinpoint::files {

/// It is written as NAME.tmp. `commit` flushes it to the disk, renames it and flushes the folder. If the program is
/// killed, NAME is either the old file or the new one. Without `commit`, the temporary file is removed at the end of
/// the scope.
class AtomicFile {
 public:
  /// \throws UserError (also in `write`, `append` and `commit`) if the folder is not writable or the disk is full
  explicit AtomicFile(const std::filesystem::path& path);
  /// The same with another temporary name in the same folder, for a place where other processes write at the same time.
  AtomicFile(std::filesystem::path path, std::filesystem::path temporary);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes);
  /// Writes at the end of the file, after what other processes wrote to it under its temporary name.
  void append(std::string_view bytes);
  /// Reserves disk space for `bytes`, so that writing cannot fail on a full disk. `commit` returns what is not needed.
  /// Does nothing on file systems that cannot reserve space.
  void reserve(std::int64_t bytes);
  void commit();

  /// NAME.tmp
  static std::filesystem::path temporary_of(const std::filesystem::path& path) { return path.string() + ".tmp"; }

 private:
  void check(bool done) const;

  std::filesystem::path path_, temporary_;
  int descriptor_;
  bool reserved_ = false;
};

}  // namespace pinpoint::files
