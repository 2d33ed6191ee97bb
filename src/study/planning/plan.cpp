#include "study/planning/plan.h"

#include <algorithm>

namespace pinpoint::planning {
namespace {

/// Every group reads the files once. Weights that rest on disk are not loaded.
double loading_time(const Model& model, const Placement& placement, const Machine& machine, const Ranks& ranks) {
  if (placement.rest == parallel::WeightsRest::disk) return 0;
  const double layers = static_cast<double>(model.config.layers) * layer_bytes(model, placement.shard);
  const double share = layers / placement.shard + vocabulary_slice_bytes(model, placement.shard);
  return share * ranks.on_a_node() / machine.disk;
}

/// The samples, in whole sets, of a walk that takes at most as long as a kill may lose.
std::int64_t block_in_time(const Model& model, const SweepCostInputs& inputs, const SweepFit& fit,
                           const Machine& machine, const Ranks& ranks) {
  if (inputs.block) return fit.block;
  std::int64_t block = fit.block;
  while (block > inputs.set_samples) {
    const double seconds = walk_time(model, inputs, block, fit.choice.placement, machine, ranks).seconds;
    if (seconds <= inputs.seconds_per_block) break;
    // Time is a constant plus a part that grows with the samples, so this approaches the block from above.
    const auto in_time = static_cast<double>(block) * inputs.seconds_per_block / seconds;
    const auto sets = static_cast<std::int64_t>(in_time) / inputs.set_samples;
    block = std::clamp<std::int64_t>(sets * inputs.set_samples, inputs.set_samples, block - 1);
  }
  return block;
}

}  // namespace

SweepPlan plan_sweep(const Model& model, const parallel::Options& options, const Machine& machine, int count,
                     const SweepCostInputs& inputs) {
  const Ranks ranks = machine.ranks(count);
  SweepPlan plan;
  plan.fit = fit_sweep(model, options, ranks, inputs);
  const Placement& placement = plan.fit.choice.placement;
  plan.fit.block = block_in_time(model, inputs, plan.fit, machine, ranks);
  plan.fit.choice.memory = sweep_memory(model, inputs, plan.fit.block, placement, ranks);
  plan.walks = (inputs.samples + plan.fit.block - 1) / plan.fit.block;
  plan.operations = sweep_operations(model, inputs);
  plan.loading = loading_time(model, placement, machine, ranks);
  const std::int64_t last = inputs.samples - (plan.walks - 1) * plan.fit.block;
  const auto whole = static_cast<double>(plan.walks - 1);
  plan.traffic = whole * walk_traffic(model, inputs, plan.fit.block, placement, ranks);
  plan.traffic += walk_traffic(model, inputs, last, placement, ranks);
  plan.time = whole * walk_time(model, inputs, plan.fit.block, placement, machine, ranks);
  plan.time += walk_time(model, inputs, last, placement, machine, ranks);
  plan.fewest = fewest_ranks(model, options, ranks, inputs);
  return plan;
}

TunePlan plan_tuning(const Model& model, const parallel::Options& options, const Machine& machine, int count,
                     const TuneCostInputs& inputs) {
  const Ranks ranks = machine.ranks(count);
  TunePlan plan;
  plan.fit = fit_tuning(model, options, ranks, inputs);
  const auto& [choice, rounds] = plan.fit;
  plan.trained = trained_parameters(model.config, inputs);
  plan.operations = tune_operations(model.config, inputs, rounds.keeps_tapes);
  plan.traffic = step_traffic(model, inputs, rounds, choice.placement, ranks);
  plan.step = step_time(model, inputs, rounds, choice.placement, machine, ranks);
  plan.loading = loading_time(model, choice.placement, machine, ranks);
  plan.fewest = fewest_ranks(model, options, ranks, inputs);
  return plan;
}

}  // namespace pinpoint::planning
