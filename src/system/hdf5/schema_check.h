/// \file
/// Compares HDF5 files with their descriptions.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "system/hdf5/h5_file.h"
#include "system/hdf5/schema.h"

namespace pinpoint::hdf5 {

/// The problems of `file`, one sentence each. Reads all data, so that every checksum is compared.
std::vector<std::string> problems_of(const H5File& file, const Schema& schema);

/// The same with the description that the file's attribute `schema` names. A file that cannot be opened is a problem.
std::vector<std::string> problems_of(const std::filesystem::path& file);

}  // namespace pinpoint::hdf5
