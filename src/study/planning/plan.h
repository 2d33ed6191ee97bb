/// \file
/// The forecast of a stage on a machine, for `pinpoint plan`.
#pragma once

#include <optional>

#include "study/planning/fit.h"

namespace pinpoint::planning {

struct SweepPlan {
  SweepFit fit;
  std::int64_t walks = 0;  ///< over the layers, one per block
  SweepOperations operations;
  Traffic traffic;            ///< per rank, of the whole sweep
  StageTime time;             ///< of the whole sweep
  double loading = 0;         ///< seconds before the stage, to read the files
  std::optional<int> fewest;  ///< fewest ranks that it fits on
};
/// Cuts `fit.block` so that a walk takes at most `inputs.seconds_per_block`, but not below one set of samples.
/// \throws UserError as fit_sweep
SweepPlan plan_sweep(const Model& model, const parallel::Options& options, const Machine& machine, int ranks,
                     const SweepCostInputs& inputs);

struct TunePlan {
  TuneFit fit;
  double trained = 0;  ///< parameters
  TuneOperations operations;
  Traffic traffic;            ///< per rank, of one step
  StageTime step;             ///< of one step
  double loading = 0;         ///< as in SweepPlan
  std::optional<int> fewest;  ///< as in SweepPlan
};
/// \throws UserError as fit_tuning
TunePlan plan_tuning(const Model& model, const parallel::Options& options, const Machine& machine, int ranks,
                     const TuneCostInputs& inputs);

}  // namespace pinpoint::planning
