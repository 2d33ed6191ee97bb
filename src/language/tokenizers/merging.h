/// \file
/// The merging of a piece of text into tokens.
#pragma once

#include <cstddef>
#include <span>

#include "language/tokenizers/merge_table.h"

namespace pinpoint::tokenizers {

/// Merges neighbours among `symbols`, the lowest rank first and of equal ranks the leftmost, until none are left that
/// merge. What remains stands at the front of `symbols`. \returns how many remain
///
/// A word of up to 32 symbols takes a search per merge, longer pieces a heap: n log n for n symbols, so that no text
/// takes hours (published pre-tokenizers put runs of any length into one piece, and some have none).
std::size_t merge(std::span<Symbol> symbols, const MergeTable& table);

/// The two ways that `merge` chooses from. \pre of `merge_short`: at most `longest_short` symbols
inline constexpr std::size_t longest_short = 32;
std::size_t merge_short(std::span<Symbol> symbols, const MergeTable& table);
std::size_t merge_long(std::span<Symbol> symbols, const MergeTable& table);

}  // namespace pinpoint::tokenizers
