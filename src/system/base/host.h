/// \file
/// This machine's name.
#pragma once

#include <string>

namespace pinpoint {

std::string host_name();

}  // namespace pinpoint
