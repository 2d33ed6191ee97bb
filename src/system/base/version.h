/// \file
/// The version of this program, for `--version`, the log and the root attributes of every file.
#pragma once

#include <string>

namespace pinpoint {

std::string software_version();  ///< as in CMakeLists.txt, e.g. "0.1.0"
std::string software_commit();   ///< of the sources, with "-dirty" if they have changes that are not committed

}  // namespace pinpoint
