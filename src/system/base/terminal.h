/// \file
/// Where standard error ends up.
#pragma once

#include <string>
#include <string_view>

namespace pinpoint {

/// Does somebody read standard error on a terminal, directly or through mpirun?
bool writes_to_terminal();

/// Does that terminal show colour? Not where NO_COLOR is set (no-color.org) or TERM is dumb.
bool shows_colour();

/// `text` without the sequences that colour it ("\033[31m").
std::string without_colour(std::string_view text);

}  // namespace pinpoint
