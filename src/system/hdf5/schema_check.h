/// \file
/// Is an HDF5 file what its description says?
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "system/hdf5/h5_file.h"
#include "system/hdf5/schema.h"

namespace pinpoint::hdf5 {

/// What is wrong with `file`, a sentence each; empty: nothing. All data is read, so that every checksum is compared.
std::vector<std::string> problems_of(const H5File& file, const Schema& schema);

/// The same against the description that the file's attribute `schema` names; a file that cannot be opened is a
/// problem.
std::vector<std::string> problems_of(const std::filesystem::path& file);

}  // namespace pinpoint::hdf5
