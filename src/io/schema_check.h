/// \file
/// Is an HDF5 file what its description says?
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "io/h5_file.h"
#include "io/schema.h"

namespace pinpoint::io {

/// What is wrong with `file`, a sentence each; empty: nothing. All data is read, so that every checksum is compared.
std::vector<std::string> problems_of(const H5File& file, const Schema& schema);

/// The same against the description that the file's attribute `schema` names; a file that cannot be opened is a
/// problem.
std::vector<std::string> problems_of(const std::filesystem::path& file);

}  // namespace pinpoint::io
