/// \file
/// A file that appears under its name only when it is whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace pinpoint::files {

/// Written as NAME.tmp; `commit` flushes it to the disk, renames it and flushes the folder. Whatever kills the program
/// in between, NAME is the old file or the new one. Without `commit` the temporary file is removed at the end of the
/// scope.
class AtomicFile {
 public:
  /// \throws UserError (here, in `write` and in `commit`) when the place cannot be written to or the disk is full
  explicit AtomicFile(const std::filesystem::path& path);
  /// The same with a temporary name of the caller's choice in the same folder, where others may write at the same time.
  AtomicFile(std::filesystem::path path, std::filesystem::path temporary);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes);
  /// Behind whatever the file holds by now, where others wrote to it by its temporary name.
  void append(std::string_view bytes);
  /// Makes sure that the file can become `bytes` long, so that whoever writes to it does not meet a full disk; what it
  /// does not need goes back in `commit`. Where the file system cannot do that, nothing is done.
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
