/// \file
/// Whether a stage fits on its ranks, where its weights rest, and how much goes through the model at a time. It depends
/// only on the model's shape, the options and the ranks' memory. The program checks this before it loads anything.
#pragma once

#include <cstdint>
#include <optional>

#include "study/planning/placement.h"
#include "study/planning/tune_cost.h"
#include "study/planning/walk_cost.h"

namespace pinpoint::planning {

/// Largest number of ranks to try.
inline constexpr int most_ranks = 100'000;

struct SweepFit {
  Choice choice;  ///< memory is that of a walk over `block` samples
  /// Samples that take part in a walk: as many whole sets as fit, or as configured (docs/method.md, 2.3 and 2.4).
  std::int64_t block = 0;
};
/// A sweep that does not fit has `choice.fits` false. \throws UserError when options and ranks contradict each other
SweepFit fit_sweep(const Model& model, const parallel::Options& options, const Ranks& ranks,
                   const SweepCostInputs& inputs);

struct TuneFit {
  Choice choice;  ///< memory is that of `rounds`
  Rounds rounds;
};
/// \throws UserError as fit_sweep, and for `weights: disk` if every weight is trained
TuneFit fit_tuning(const Model& model, const parallel::Options& options, const Ranks& ranks,
                   const TuneCostInputs& inputs);

/// The same, but \throws UserError also for a stage that does not fit. The message says how much memory a rank needs
/// and has, and which options or how many ranks would be enough.
SweepFit require_sweep_fits(const Model& model, const parallel::Options& options, const Ranks& ranks,
                            const SweepCostInputs& inputs);
TuneFit require_tuning_fits(const Model& model, const parallel::Options& options, const Ranks& ranks,
                            const TuneCostInputs& inputs);

/// The fewest ranks like these that the stage fits on; `ranks.count` is ignored. Tries every number up to the ranks of
/// a machine, then whole machines. None if `most_ranks` are too few.
std::optional<int> fewest_ranks(const Model& model, const parallel::Options& options, const Ranks& ranks,
                                const SweepCostInputs& inputs);
std::optional<int> fewest_ranks(const Model& model, const parallel::Options& options, const Ranks& ranks,
                                const TuneCostInputs& inputs);

}  // namespace pinpoint::planning
