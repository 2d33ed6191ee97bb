/// \file
/// Where standard error goes.
#pragma once

#include <string>
#include <string_view>

namespace pinpoint {

/// Whether standard error goes to a terminal, directly or through mpirun.
bool writes_to_terminal();

/// Whether that terminal shows colour. Not if NO_COLOR is set (no-color.org) or TERM is dumb.
bool shows_colour();

/// `text` without colour codes ("\033[31m").
std::string without_colour(std::string_view text);

}  // namespace pinpoint
