/// \file
/// Orders of heads by their effect, and how alike two of them are.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "system/base/head_id.h"

namespace pinpoint::effects {

/// Indices of `values`, the most negative value first; equal values by index, NaN last.
std::vector<std::int64_t> ascending_order(std::span<const double> values);

/// The heads of a model of L layers with `heads` query heads each, the most negative effect first; ties: the lower
/// layer, then the lower head. \param effects [L, heads]
std::vector<HeadId> rank_heads(std::span<const double> effects, std::int64_t heads);

/// Spearman's rank correlation: Pearson's, of the ranks; equal values share the mean of their ranks (NaN are equal to
/// each other and largest). NaN where all values of one side are equal.
double rank_correlation(std::span<const double> left, std::span<const double> right);

}  // namespace pinpoint::effects
