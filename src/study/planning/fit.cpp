#include "study/planning/fit.h"

#include <fmt/format.h>

#include <algorithm>

#include "system/base/check.h"

namespace pinpoint::planning {
namespace {

/// The smallest possible block in whole sets of samples: the configured one, or one set.
std::int64_t least_block(const SweepCostInputs& inputs) {
  const std::int64_t sets = (inputs.block.value_or(1) + inputs.set_samples - 1) / inputs.set_samples;
  return std::min(inputs.samples, sets * inputs.set_samples);
}

Disk disk_of(const TuneCostInputs& inputs) {
  return inputs.method == TuneMethod::everything ? Disk::refused : Disk::allowed;
}

std::optional<SweepFit> try_fit(const Model& model, const parallel::Options& options, const Ranks& ranks,
                                const SweepCostInputs& inputs) {
  const std::vector<Placement> possible = candidates(options, ranks, Disk::allowed);
  if (possible.empty()) return std::nullopt;
  const std::int64_t least = least_block(inputs);
  SweepFit fit{choose(possible, ranks,
                      [&](const Placement& placement) { return sweep_memory(model, inputs, least, placement, ranks); }),
               least};
  if (!fit.choice.fits || inputs.block) return fit;
  const Placement& placement = fit.choice.placement;
  const double left = usable_share * ranks.memory - weight_memory(model, placement, ranks).total();
  fit.block = samples_that_fit(model, inputs, ranks.count, left);
  fit.choice.memory = sweep_memory(model, inputs, fit.block, placement, ranks);
  return fit;
}

std::optional<TuneFit> try_fit(const Model& model, const parallel::Options& options, const Ranks& ranks,
                               const TuneCostInputs& inputs) {
  const std::vector<Placement> possible = candidates(options, ranks, disk_of(inputs));
  if (possible.empty()) return std::nullopt;
  const Rounds least = choose_rounds(model, inputs, {}, ranks.count, 0);
  TuneFit fit{choose(possible, ranks,
                     [&](const Placement& placement) { return tune_memory(model, inputs, least, placement, ranks); }),
              least};
  if (!fit.choice.fits) return fit;
  const Placement& placement = fit.choice.placement;
  const double left = usable_share * ranks.memory - weight_memory(model, placement, ranks).total();
  fit.rounds = choose_rounds(model, inputs, placement, ranks.count, left);
  fit.choice.memory = tune_memory(model, inputs, fit.rounds, placement, ranks);
  return fit;
}

void require_group(bool possible, const parallel::Options& options, const Ranks& ranks) {
  if (possible) return;
  if (options.shard.over == parallel::Shard::Over::node)
    throw UserError(
        fmt::format("parallel.shard: node, but {} ranks with {} a machine leave one machine with fewer (groups are of "
                    "one size); use whole machines, or shard: auto, 1 or world",
                    ranks.count, ranks.per_node));
  throw UserError(
      fmt::format("parallel.shard: {} does not divide the number of ranks, {} (every group has so many "
                  "ranks); give a divisor of it, auto, node or world",
                  options.shard.ranks, ranks.count));
}

template <class CostInputs>
std::optional<int> fewest(const Model& model, const parallel::Options& options, Ranks ranks, const CostInputs& inputs) {
  for (ranks.count = 1; ranks.count <= most_ranks; ranks.count += ranks.count < ranks.per_node ? 1 : ranks.per_node) {
    const auto fit = try_fit(model, options, ranks, inputs);
    if (fit && fit->choice.fits) return ranks.count;
  }
  return std::nullopt;
}

/// "use parallel.weights: host, parallel.shard: 8, or at least 16 ranks like these".
template <class CostInputs>
std::string advice(const Model& model, const parallel::Options& options, const Ranks& ranks, const CostInputs& inputs) {
  const auto other = try_fit(model, {}, ranks, inputs);
  const auto count = fewest(model, options, ranks, inputs);
  std::string text;
  if (other && other->choice.fits) text = fmt::format("use {}", describe(other->choice.placement));
  if (count) text += fmt::format("{}at least {} ranks like these", text.empty() ? "use " : ", or ", *count);
  return text.empty() ? "use ranks with more memory: no number of these is enough" : text;
}

template <class Fit, class CostInputs>
Fit required(std::string_view stage, Fit fit, const Model& model, const parallel::Options& options, const Ranks& ranks,
             const CostInputs& inputs) {
  const Memory& memory = fit.choice.memory;
  if (fit.choice.fits) return fit;
  const bool host_is_short = memory.total() <= usable_share * ranks.memory;
  throw UserError(fmt::format(
      "{} needs {:.1f} GB of {}memory a rank with {}, and {:.1f} GB are there (of which {:.0f} % may be filled); {}",
      stage, (host_is_short ? memory.host : memory.total()) * 1e-9, host_is_short ? "the machine's " : "",
      describe(fit.choice.placement), (host_is_short ? ranks.host_memory : ranks.memory) * 1e-9, 100 * usable_share,
      advice(model, options, ranks, inputs)));
}

}  // namespace

SweepFit fit_sweep(const Model& model, const parallel::Options& options, const Ranks& ranks,
                   const SweepCostInputs& inputs) {
  const auto fit = try_fit(model, options, ranks, inputs);
  require_group(fit.has_value(), options, ranks);
  return *fit;
}

TuneFit fit_tuning(const Model& model, const parallel::Options& options, const Ranks& ranks,
                   const TuneCostInputs& inputs) {
  validate(disk_of(inputs) == Disk::allowed || options.weights != parallel::WeightsRest::disk,
           "parallel.weights: disk, with tune.method: sft (it changes every weight, and files are not written to); use "
           "device, host or auto");
  const auto fit = try_fit(model, options, ranks, inputs);
  require_group(fit.has_value(), options, ranks);
  return *fit;
}

SweepFit require_sweep_fits(const Model& model, const parallel::Options& options, const Ranks& ranks,
                            const SweepCostInputs& inputs) {
  return required("the sweep", fit_sweep(model, options, ranks, inputs), model, options, ranks, inputs);
}

TuneFit require_tuning_fits(const Model& model, const parallel::Options& options, const Ranks& ranks,
                            const TuneCostInputs& inputs) {
  return required("the tuning", fit_tuning(model, options, ranks, inputs), model, options, ranks, inputs);
}

std::optional<int> fewest_ranks(const Model& model, const parallel::Options& options, const Ranks& ranks,
                                const SweepCostInputs& inputs) {
  return fewest(model, options, ranks, inputs);
}

std::optional<int> fewest_ranks(const Model& model, const parallel::Options& options, const Ranks& ranks,
                                const TuneCostInputs& inputs) {
  return fewest(model, options, ranks, inputs);
}

}  // namespace pinpoint::planning
