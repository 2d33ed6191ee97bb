/// \file
/// The effects of all heads as a picture of text.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace pinpoint::report {

enum class Ink { plain, coloured };

/// A line a layer, a cell a head: effects [L, H] of one sign get darker with their size, in steps of a share of the
/// largest. Negative ones (the pinpointed) are blocks, positive ones signs, so that they differ without colour too.
/// Preceded by a scale of heads, followed by a legend. NaN is "?".
std::vector<std::string> heat_map(std::span<const double> effects, std::int64_t heads, Ink ink);

}  // namespace pinpoint::report
