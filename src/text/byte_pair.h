/// \file
/// Byte-pair encoding (Sennrich et al. 2016): neighbours that together are a piece of the vocabulary are merged, the
/// best pair first, until none is left.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace pinpoint::text {

/// A stretch of text; fixed ones are merged with nothing.
struct Symbol {
  std::string_view text;
  bool is_fixed = false;
};

/// The score of a piece of the vocabulary; none for other text.
using ScoreOf = std::function<std::optional<float>(std::string_view)>;

/// What is left of `symbols` when nothing can be merged any more. Of pairs with the same score the left one comes
/// first. Takes O(n log n) for n symbols.
/// \pre the symbols are neighbouring stretches of one text, in its order
std::vector<std::string_view> merge_pairs(const std::vector<Symbol>& symbols, const ScoreOf& score_of);

}  // namespace pinpoint::text
