/// \file
/// One attention head of a model.
#pragma once

#include <compare>
#include <cstdint>

namespace pinpoint {

/// Layer and query head, both from 0. Ordered by layer, then head: the order of ties in every ranking.
struct HeadId {
  std::int64_t layer = 0;
  std::int64_t head = 0;
  auto operator<=>(const HeadId&) const = default;
};

}  // namespace pinpoint
