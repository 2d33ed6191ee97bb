/// \file
/// The machines that a plan can be made for (configs/gpus.yaml).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "study/planning/machine.h"

namespace pinpoint::config {

/// One of the program's own table, with the rates that are reached.
/// \throws UserError naming the known ones where `name` is none of them
planning::Machine find_machine(std::string_view name);

/// A table's machines, in its order. `file` stands for it in messages.
/// \throws UserError when it is not such a table
std::vector<planning::Machine> parse_machines(std::string_view yaml, std::string_view file);

}  // namespace pinpoint::config
