/// \file
/// The rows that go through a layer together: positions of one or more prompts, one below the other in one matrix, so
/// that few short prompts make products as large as one long one.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/transformer/rotary.h"

namespace pinpoint::transformer {

/// The last positions of one prompt.
struct Stretch {
  std::int64_t rows = 0;
  std::int64_t first = 0;  ///< position of its first row
  /// The stretch of the same stack whose first rows are this prompt's positions before `first`: a prompt that begins
  /// like another one takes their keys and values. \pre it begins at position 0, and both prompts have the same
  /// `rope_base`; none where `first` is 0
  std::optional<std::size_t> prefix = std::nullopt;
};

/// \pre a prefix stands before the stretches that take from it
struct Stack {
  std::vector<Stretch> stretches;
  RotaryAngles angles;  ///< of all rows

  /// Row of the matrix where stretch `i` begins; for i = stretches.size() the number of rows.
  std::int64_t begin(std::size_t i) const;
};

Stack make_stack(std::vector<Stretch> stretches, const Rotary& rotary);

}  // namespace pinpoint::transformer
