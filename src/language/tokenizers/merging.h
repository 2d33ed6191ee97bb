/// \file
/// Merges the symbols of a piece of text into tokens.
#pragma once

#include <cstddef>
#include <span>

#include "language/tokenizers/merge_table.h"

namespace pinpoint::tokenizers {

/// Merges neighbours among `symbols` until no more merge: the lowest rank first, of equal ranks the leftmost. The
/// remaining symbols move to the front. \returns their number
///
/// Up to 32 symbols, every merge takes a linear search. Longer pieces use a heap, in n log n for n symbols. So no text
/// takes hours: published pre-tokenizers put runs of any length into one piece, and some tokenizers have none.
std::size_t merge(std::span<Symbol> symbols, const MergeTable& table);

/// The two algorithms of `merge`. \pre of `merge_short`: at most `longest_short` symbols
inline constexpr std::size_t longest_short = 32;
std::size_t merge_short(std::span<Symbol> symbols, const MergeTable& table);
std::size_t merge_long(std::span<Symbol> symbols, const MergeTable& table);

}  // namespace pinpoint::tokenizers
