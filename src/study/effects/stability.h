/// \file
/// How far the ranking depends on the samples, from random halves of them (docs/method.md, 3.5).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "study/effects/sample_effects.h"
#include "system/base/random.h"

namespace pinpoint::effects {

/// Number of random divisions into halves.
inline constexpr std::int64_t split_count = 100;

/// A random division of the samples: n/2 of them, rounded down, and the others. Both ascending.
struct Split {
  std::vector<std::int64_t> first, second;
};
std::vector<Split> random_splits(std::int64_t samples, std::int64_t count, Random random);

/// All NaN with fewer than 2 samples.
struct Stability {
  /// Spearman's, of the mean effects in the two halves; mean over the splits. NaN if all heads of a half are equal.
  double split_half_rank_correlation = 0;
  std::vector<double> top_k_overlap;  ///< [k] share of one half's top k in the other's top k; mean over the splits
  std::vector<double> top_k_effect;   ///< [k] mean effect of the top k, ranked and measured on all samples; biased
  /// [k] mean effect of one half's top k in the other half, in both directions; mean over the splits. No selection
  /// bias.
  std::vector<double> top_k_effect_cross_fitted;
};

/// The values of k: 1, 2, 4, .. up to half of all heads; empty for a single head.
std::vector<std::int64_t> powers_to_half(std::int64_t heads);

Stability stability(const SampleEffects& effects, std::span<const std::int64_t> top_k, std::span<const Split> splits);

}  // namespace pinpoint::effects
