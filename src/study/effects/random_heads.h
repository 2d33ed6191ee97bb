/// \file
/// Heads that a ranking did not choose, to hold beside those that it did (method: section 4).
#pragma once

#include <cstdint>
#include <vector>

#include "system/base/head_id.h"

namespace pinpoint::effects {

struct RandomHeads {
  std::vector<HeadId> heads;  ///< ascending
  std::int64_t moved = 0;     ///< how many lie in another layer than the head that they stand for
};

/// For each chosen head one that was not chosen, without replacement: from the same layer, else from the nearest layer
/// that has one left (of two as near, the lower). The draw of that number, from 1, and of no other.
/// \throws UserError where more heads are chosen than there are others \param heads of a layer
RandomHeads matched_random_heads(const std::vector<HeadId>& chosen, std::int64_t layers, std::int64_t heads,
                                 std::uint64_t seed, std::int64_t draw);

}  // namespace pinpoint::effects
