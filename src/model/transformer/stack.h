/// \file
/// Positions of one or more prompts in one matrix, one prompt below the other. So a few short prompts make products as
/// large as one long prompt.
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
  /// The stretch of this stack whose first rows are this prompt's positions before `first`; this prompt takes their
  /// keys and values. None if and only if `first` is 0. \pre that stretch begins at position 0, and both prompts have
  /// the same `rope_base`
  std::optional<std::size_t> prefix = std::nullopt;
};

/// \pre a prefix comes before the stretches that use it
struct Stack {
  std::vector<Stretch> stretches;
  RotaryAngles angles;  ///< of all rows

  /// First row of stretch `i`; for i = stretches.size() the number of rows.
  std::int64_t begin(std::size_t i) const;
};

Stack make_stack(std::vector<Stretch> stretches, const Rotary& rotary);

}  // namespace pinpoint::transformer
