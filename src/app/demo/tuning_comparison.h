/// \file
/// Compares tunings of the demo's yes-man: the heads that a sweep found, random heads in their place, and every weight.
/// Says how much of the paper's claim holds.
#pragma once

#include <cstdint>
#include <string>

#include "system/parallel/communicator.h"

namespace pinpoint::demo {

struct ComparisonOptions {
  std::string model;       ///< folder of a demo model
  std::string heads;       ///< heads.json of a sweep of that model
  std::string to;          ///< a JSON file for the numbers; empty: none
  std::int64_t count = 4;  ///< number of heads, from the first
  std::int64_t draws = 5;  ///< number of random sets to compare with
};

/// Logs the comparison on rank 0. Collective. \throws UserError if a file is missing or damaged
void compare_tunings(const ComparisonOptions& options, const parallel::Communicator& ranks);

}  // namespace pinpoint::demo
