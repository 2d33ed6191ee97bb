/// \file
/// Draws the effects of all heads as text.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace pinpoint::report {

enum class Ink { plain, coloured };

/// One line per layer, one cell per head, for effects [L, H]. Larger effects are darker, in steps that are shares of
/// the largest. Negative effects (the heads to tune) are blocks and positive ones are signs, so they differ without
/// colour too. A scale of heads comes first and a legend last. NaN is "?".
std::vector<std::string> heat_map(std::span<const double> effects, std::int64_t heads, Ink ink);

}  // namespace pinpoint::report
