/// \file
/// What this program is, for `--version`, the log and the root attributes of every file.
#pragma once

#include <string>

namespace pinpoint {

std::string software_version();  ///< as in CMakeLists.txt, e.g. "0.1.0"
std::string software_commit();   ///< of the sources that were built, with "-dirty" where they had been changed

}  // namespace pinpoint
