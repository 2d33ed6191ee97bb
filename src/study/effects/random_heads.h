/// \file
/// Random heads to compare with the chosen ones (docs/method.md, 4.1).
#pragma once

#include <cstdint>
#include <vector>

#include "system/base/head_id.h"

namespace pinpoint::effects {

struct RandomHeads {
  std::vector<HeadId> heads;  ///< ascending
  std::int64_t moved = 0;     ///< how many lie in another layer than the chosen head that they match
};

/// For each chosen head one that was not chosen, without replacement: from the same layer, or else from the nearest
/// layer that has one left (of two equally near ones, the lower). \param heads per layer \param draw number of the
/// draw, from 1 \throws UserError if more heads are chosen than not chosen
RandomHeads matched_random_heads(const std::vector<HeadId>& chosen, std::int64_t layers, std::int64_t heads,
                                 std::uint64_t seed, std::int64_t draw);

}  // namespace pinpoint::effects
