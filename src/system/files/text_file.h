/// \file
/// Whole files in one go.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace pinpoint::files {

/// The bytes of a file. \throws UserError, with the system's reason, if it cannot be read
std::string read_file(const std::filesystem::path& path);

/// Puts a file of `bytes` at `path`: whole, on the disk, or not at all (`AtomicFile`).
/// \throws UserError, with the system's reason, if the place cannot be written to or is full
void write_atomically(const std::filesystem::path& path, std::string_view bytes);

/// Makes the folder and those above it, where they are not there.
/// \throws UserError, with the system's reason, if that cannot be
void make_folder(const std::filesystem::path& path);

}  // namespace pinpoint::files
