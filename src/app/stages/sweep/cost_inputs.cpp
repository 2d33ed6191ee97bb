#include "app/stages/sweep/cost_inputs.h"

#include "study/patching/pass_positions.h"
#include "system/base/check.h"

namespace pinpoint::stages {

planning::SweepPrecision sweep_precision(patching::Arithmetic arithmetic, transformer::Activations accurate) {
  using Rows = planning::SweepPrecision::Rows;
  return {arithmetic == patching::Arithmetic::difference ? Rows::differences : Rows::whole,
          patching::activations_of_passes(arithmetic, accurate)};
}

planning::SweepWork sweep_work(const patching::SweepOptions& options, const patching::Tiling& tiling,
                               const planning::SweepPrecision& precision) {
  planning::SweepWork work;
  work.precision = precision;
  work.tile_rows = tiling.tile_rows;
  work.set_samples = tiling.set_samples;
  work.pass_rows = tiling.pass_rows;
  work.block = options.block;
  work.seconds_per_block = 60 * options.minutes_per_block;
  work.checks = options.exact_check;
  return work;
}

void count_tokens(planning::SweepWork& work, const std::vector<dialogue::TokenPair>& pairs,
                  const transformer::ModelConfig& model) {
  PINPOINT_EXPECT(!pairs.empty());
  double reference = 0, counterfactual = 0, suffix = 0;
  for (const dialogue::TokenPair& pair : pairs) {
    reference += static_cast<double>(pair.reference.size());
    counterfactual += static_cast<double>(pair.counterfactual.size());
    suffix += static_cast<double>(patching::counterfactual_suffix(pair, model));
  }
  const auto count = static_cast<double>(pairs.size());
  work.samples = static_cast<std::int64_t>(pairs.size());
  work.reference_tokens = reference / count;
  work.counterfactual_tokens = counterfactual / count;
  work.suffix_tokens = suffix / count;
}

}  // namespace pinpoint::stages
