/// \file
/// The machines that a plan can be made for (configs/gpus.yaml).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "study/planning/machine.h"

namespace pinpoint::config {

/// The machine `name` of the built-in table, with the rates that are reached in practice.
/// \throws UserError that lists the known names if `name` is unknown
planning::Machine find_machine(std::string_view name);

/// The machines of a table, in its order. Messages name the table `file`.
/// \throws UserError if the text is not such a table
std::vector<planning::Machine> parse_machines(std::string_view yaml, std::string_view file);

}  // namespace pinpoint::config
