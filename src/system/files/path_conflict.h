/// \file
/// Keeps a command from writing over its own inputs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pinpoint::files {

struct InputPath {
  std::string name;  ///< the key or option that names it, for messages
  std::filesystem::path path;
};

enum class Change {
  replaced,  ///< a file or folder that is written, replaced, renamed or removed as a whole
  added_to,  ///< a folder that gets files of its own names, each of which is listed as an output too
};

struct OutputPath {
  std::string name;  ///< the key or option that decides the place, for messages
  std::filesystem::path path;
  Change change = Change::replaced;
};

/// Compares by canonical path (symbolic links resolved), and by device and inode if both exist (hard links). An input
/// that is a link counts at both places. Empty paths are skipped.
/// \throws UserError if an output is an input, or if an output that is replaced contains an input
void require_apart(const std::vector<OutputPath>& outputs, const std::vector<InputPath>& inputs);

/// Whether `path` is `folder` or lies in it, whatever links or mounts lead there. `path` need not exist.
bool lies_in(const std::filesystem::path& path, const std::filesystem::path& folder);

}  // namespace pinpoint::files
