/// \file
/// Recognises the texts that a clone without git-lfs has in place of large files.
#pragma once

#include <filesystem>
#include <string_view>

namespace pinpoint::files {

/// Whether a file begins as a pointer of Git LFS does (its specification, docs/spec.md, versions 1 and earlier).
/// \param first_bytes the first 64 bytes of the file or more, or all of a smaller file
bool is_lfs_pointer(std::string_view first_bytes);

/// \throws UserError, with the command that gets the file, if it is a pointer of Git LFS
void refuse_lfs_pointer(std::string_view first_bytes, const std::filesystem::path& path);

}  // namespace pinpoint::files
