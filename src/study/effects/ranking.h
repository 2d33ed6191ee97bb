/// \file
/// Rankings of heads by effect, and their correlation.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "system/base/head_id.h"

namespace pinpoint::effects {

/// Indices of `values`, the most negative value first. Equal values are ordered by index; NaN come last.
std::vector<std::int64_t> ascending_order(std::span<const double> values);

/// The heads of a model with `heads` query heads per layer, the most negative effect first. Ties: the lower layer, then
/// the lower head. \param effects [L, heads]
std::vector<HeadId> rank_heads(std::span<const double> effects, std::int64_t heads);

/// Spearman's rank correlation: Pearson's correlation of the ranks. Equal values share the mean of their ranks; NaN are
/// equal to each other and largest. NaN if all values of one side are equal.
double rank_correlation(std::span<const double> left, std::span<const double> right);

}  // namespace pinpoint::effects
