/// \file
/// Tunes the demo's yes-man by the heads that a sweep found, by random ones in their place, and whole, and says how
/// much of the paper's claim holds.
#pragma once

#include <cstdint>
#include <string>

#include "system/parallel/communicator.h"

namespace pinpoint::demo {

struct ComparisonOptions {
  std::string model;       ///< folder of a demo model
  std::string heads;       ///< heads.json of a sweep of it
  std::string to;          ///< a JSON file for the numbers; empty: none
  std::int64_t count = 4;  ///< heads, from the first
  std::int64_t draws = 5;  ///< random sets beside them
};

/// Logs the comparison on rank 0. Collective. \throws UserError when a file is missing or damaged
void compare_tunings(const ComparisonOptions& options, const parallel::Communicator& ranks);

}  // namespace pinpoint::demo
