/// \file
/// The part of the vocabulary that is unembedded at a time.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace pinpoint::transformer {

/// Rows of the unembedding that are widened and multiplied at a time: large enough for the matrix unit, small enough
/// for a float32 copy (70B: 268 MB). A constant, because bits depend on it.
inline constexpr std::int64_t vocabulary_tile = 8192;

/// A tile of the unembedding while it is leased: rows first .. first+v-1.
struct VocabularyTile {
  std::int64_t first = 0;
  at::Tensor stored;  ///< [v, d] in the weights' type
  at::Tensor wide;    ///< [v, d] widened to the residual stream's type
};

}  // namespace pinpoint::transformer
