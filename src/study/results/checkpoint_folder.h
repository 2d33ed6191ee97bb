/// \file
/// OUT/checkpoints: the names of its files, room for one more, and which of them stay.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace pinpoint::results {

/// By step, ascending; none where there is no folder.
std::vector<std::filesystem::path> checkpoint_files(const std::filesystem::path& folder);

/// folder/step-NNNNNN.h5
std::filesystem::path checkpoint_path(const std::filesystem::path& folder, std::int64_t steps);

/// Not to find out after minutes of writing. \throws UserError when the disk has not the room for so many `bytes`
void require_room(const std::filesystem::path& folder, std::int64_t bytes);

/// Removes all but the `keep` newest files; one that cannot be removed is told in a warning.
void remove_all_but(const std::filesystem::path& folder, std::int64_t keep);

}  // namespace pinpoint::results
