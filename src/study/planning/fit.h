/// \file
/// Whether a stage fits on its ranks, where its weights then rest, and how much goes through the model at a time: from
/// the model's shape, the options and the ranks' memory alone. The program asks before it loads anything.
#pragma once

#include <cstdint>
#include <optional>

#include "study/planning/placement.h"
#include "study/planning/tune_cost.h"
#include "study/planning/walk_cost.h"

namespace pinpoint::planning {

/// More ranks than anybody has.
inline constexpr int most_ranks = 100'000;

struct SweepFit {
  Choice choice;           ///< its memory is that of a walk over `block` samples
  std::int64_t block = 0;  ///< samples that go through a walk together: as many as fit, in whole sets, or as configured
};
/// \throws UserError where options and ranks contradict each other; a sweep that does not fit has `choice.fits` false
SweepFit fit_sweep(const Model& model, const parallel::Options& options, const Ranks& ranks,
                   const SweepCostInputs& inputs);

struct TuneFit {
  Choice choice;  ///< its memory is that of `rounds`
  Rounds rounds;
};
/// \throws UserError as above, or where every weight is trained and none may rest (weights: disk)
TuneFit fit_tuning(const Model& model, const parallel::Options& options, const Ranks& ranks,
                   const TuneCostInputs& inputs);

/// The same, refusing what does not fit: how much a rank needs and has, and which options or how many ranks would do.
/// \throws UserError
SweepFit require_sweep_fits(const Model& model, const parallel::Options& options, const Ranks& ranks,
                            const SweepCostInputs& inputs);
TuneFit require_tuning_fits(const Model& model, const parallel::Options& options, const Ranks& ranks,
                            const TuneCostInputs& inputs);

/// The fewest ranks like these (their `count` left aside) that the stage fits on: up to a machine's one by one, then by
/// whole machines; none where `most_ranks` are too few.
std::optional<int> fewest_ranks(const Model& model, const parallel::Options& options, const Ranks& ranks,
                                const SweepCostInputs& inputs);
std::optional<int> fewest_ranks(const Model& model, const parallel::Options& options, const Ranks& ranks,
                                const TuneCostInputs& inputs);

}  // namespace pinpoint::planning
