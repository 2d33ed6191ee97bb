/// \file
/// One attention head of a model.
#pragma once

#include <compare>
#include <cstdint>

namespace pinpoint {

/// Layer and query head, both counted from 0. Ordered by layer, then head. Rankings order ties this way.
struct HeadId {
  std::int64_t layer = 0;
  std::int64_t head = 0;
  auto operator<=>(const HeadId&) const = default;
};

}  // namespace pinpoint
