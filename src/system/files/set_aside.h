/// \file
/// Keeps an existing file or folder from being replaced.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace pinpoint::files {

/// Renames `path` to PATH.old-N, N the first free number from 1, and returns that path; none if there is nothing under
/// that name. A symbolic link is renamed itself. \throws UserError if that fails
std::optional<std::filesystem::path> set_aside(const std::filesystem::path& path);

/// Writes a file (text_file.h, write_atomically). If there is one with other bytes, it is set aside first, which is
/// logged. A file with the same bytes is left as it is.
/// \throws UserError if the file cannot be written or the disk is full
void write_beside_old(const std::filesystem::path& path, std::string_view bytes);

}  // namespace pinpoint::files
