/// \file
/// A stage forecast on a kind of machine: what `pinpoint plan` says.
#pragma once

#include <optional>

#include "study/planning/fit.h"

namespace pinpoint::planning {

struct SweepPlan {
  SweepFit fit;
  std::int64_t walks = 0;  ///< over the layers, one a block
  SweepOperations operations;
  Traffic traffic;            ///< of one rank in the whole sweep
  StageTime time;             ///< of the whole sweep
  double loading = 0;         ///< seconds before, in which files are read
  std::optional<int> fewest;  ///< ranks that it fits on
};
/// `fit.block` is cut to `inputs.seconds_per_block`, to no less than a set. \throws UserError as fit_sweep
SweepPlan plan_sweep(const Model& model, const parallel::Options& options, const Machine& machine, int ranks,
                     const SweepCostInputs& inputs);

struct TunePlan {
  TuneFit fit;
  double trained = 0;  ///< parameters
  TuneOperations operations;
  Traffic traffic;            ///< of one rank in one step
  StageTime step;             ///< of one step
  double loading = 0;         ///< as above
  std::optional<int> fewest;  ///< ranks that it fits on
};
/// \throws UserError as fit_tuning
TunePlan plan_tuning(const Model& model, const parallel::Options& options, const Machine& machine, int ranks,
                     const TuneCostInputs& inputs);

}  // namespace pinpoint::planning
