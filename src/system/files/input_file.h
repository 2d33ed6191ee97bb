/// \file
/// A file that is read once: its bytes, and their SHA-256 for the provenance of the results.
#pragma once

#include <filesystem>
#include <string>

namespace pinpoint::files {

struct InputFile {
  std::filesystem::path path;
  std::string bytes;
  std::string sha256;  ///< of the bytes, 64 hexadecimal digits
};

/// \throws UserError, with the system's reason, if the file cannot be read
InputFile read_input(const std::filesystem::path& path);

}  // namespace pinpoint::files
