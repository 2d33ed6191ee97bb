/// \file
/// The tile of the vocabulary that is unembedded at a time.
#pragma once

#include <cstdint>

namespace pinpoint::transformer {

/// Rows of the unembedding that are widened and multiplied at a time: large enough for the matrix unit, small enough
/// that a float32 copy is no burden (70B: 268 MB). Never a function of anything but this constant: bits depend on it.
inline constexpr std::int64_t vocabulary_tile = 8192;

}  // namespace pinpoint::transformer
