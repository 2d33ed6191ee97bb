/// \file
/// Reads and writes whole files.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace pinpoint::files {

/// \throws UserError, with the system's reason, if the file cannot be read; also for a pointer of Git LFS
std::string read_file(const std::filesystem::path& path);

/// Writes a file completely, flushed to the disk, or not at all (`AtomicFile`).
/// \throws UserError, with the system's reason, if the folder is not writable or the disk is full
void write_atomically(const std::filesystem::path& path, std::string_view bytes);

/// Makes the folder and its parents if they do not exist.
/// \throws UserError, with the system's reason, if that fails
void make_folder(const std::filesystem::path& path);

}  // namespace pinpoint::files
