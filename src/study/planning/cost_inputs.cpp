#include "study/planning/cost_inputs.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "study/patching/pass_positions.h"
#include "system/base/check.h"

namespace pinpoint::planning {

SweepPrecision sweep_precision(patching::Arithmetic arithmetic, transformer::Activations accurate) {
  using Rows = SweepPrecision::Rows;
  return {arithmetic == patching::Arithmetic::difference ? Rows::differences : Rows::whole,
          patching::activations_of_passes(arithmetic, accurate)};
}

SweepCostInputs sweep_cost_inputs(const patching::SweepOptions& options, const patching::Tiling& tiling,
                                  const SweepPrecision& precision) {
  SweepCostInputs inputs;
  inputs.precision = precision;
  inputs.tile_rows = tiling.tile_rows;
  inputs.set_samples = tiling.set_samples;
  inputs.pass_rows = tiling.pass_rows;
  inputs.block = options.block;
  inputs.seconds_per_block = 60 * options.minutes_per_block;
  inputs.checks = options.exact_check;
  return inputs;
}

void count_tokens(SweepCostInputs& inputs, const std::vector<dialogue::TokenPair>& pairs,
                  const transformer::ModelConfig& model) {
  PINPOINT_EXPECT(!pairs.empty());
  double reference = 0, counterfactual = 0, suffix = 0;
  for (const dialogue::TokenPair& pair : pairs) {
    reference += static_cast<double>(pair.reference.size());
    counterfactual += static_cast<double>(pair.counterfactual.size());
    suffix += static_cast<double>(patching::counterfactual_suffix(pair, model));
  }
  const auto count = static_cast<double>(pairs.size());
  inputs.samples = static_cast<std::int64_t>(pairs.size());
  inputs.reference_tokens = reference / count;
  inputs.counterfactual_tokens = counterfactual / count;
  inputs.suffix_tokens = suffix / count;
}

TuneCostInputs tune_cost_inputs(const tuning::TuneOptions& options) {
  TuneCostInputs inputs;
  inputs.method = options.method == tuning::Method::spt ? TuneMethod::slices : TuneMethod::everything;
  inputs.train_kv = options.train_kv;
  inputs.train_bias = options.train_bias;
  inputs.batch = options.batch;
  inputs.micro_batch = options.micro_batch;
  return inputs;
}

void count_heads(TuneCostInputs& inputs, const std::vector<HeadId>& heads, const transformer::ModelConfig& model) {
  PINPOINT_EXPECT(!heads.empty());
  std::set<std::pair<std::int64_t, std::int64_t>> kv_groups;
  inputs.heads = std::ssize(heads);
  inputs.lowest_layer = model.layers;
  for (const HeadId& head : heads) {
    kv_groups.emplace(head.layer, head.head / (model.heads / model.kv_heads));
    inputs.lowest_layer = std::min<std::int64_t>(inputs.lowest_layer, head.layer);
  }
  inputs.kv_groups = std::ssize(kv_groups);
}

}  // namespace pinpoint::planning
