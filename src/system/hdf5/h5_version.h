/// \file
/// The HDF5 library's version.
#pragma once

#include <string>

namespace pinpoint::hdf5 {

std::string hdf5_version();  ///< of the loaded library, "1.10.8"

}  // namespace pinpoint::hdf5
