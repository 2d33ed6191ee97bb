/// \file
/// OUT/checkpoints: names of the files, free space, and removal of old files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace pinpoint::results {

/// All checkpoints by step, ascending; empty if the folder does not exist.
std::vector<std::filesystem::path> checkpoint_files(const std::filesystem::path& folder);

/// folder/step-NNNNNN.h5
std::filesystem::path checkpoint_path(const std::filesystem::path& folder, std::int64_t steps);

/// Checks free space before writing. \throws UserError when the disk has less than `bytes`
void require_room(const std::filesystem::path& folder, std::int64_t bytes);

/// Removes all but the `keep` newest files. Warns about files that cannot be removed.
void remove_all_but(const std::filesystem::path& folder, std::int64_t keep);

}  // namespace pinpoint::results
