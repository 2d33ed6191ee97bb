#include "study/planning/fit.h"

#include <fmt/format.h>

#include <algorithm>

#include "system/base/check.h"

namespace pinpoint::planning {
namespace {

/// What a walk cannot do with less than: the configured block in whole sets, or one set.
std::int64_t least_block(const SweepWork& work) {
  const std::int64_t sets = (work.block.value_or(1) + work.set_samples - 1) / work.set_samples;
  return std::min(work.samples, sets * work.set_samples);
}

Disk disk_of(const TuneWork& work) { return work.method == TuneMethod::everything ? Disk::refused : Disk::allowed; }

std::optional<SweepFit> try_fit(const Model& model, const parallel::Options& options, const Ranks& ranks,
                                const SweepWork& work) {
  const std::vector<Placement> possible = candidates(options, ranks, Disk::allowed);
  if (possible.empty()) return std::nullopt;
  const std::int64_t least = least_block(work);
  SweepFit fit{choose(possible, ranks,
                      [&](const Placement& placement) { return sweep_memory(model, work, least, placement, ranks); }),
               least};
  if (!fit.choice.fits || work.block) return fit;
  const Placement& placement = fit.choice.placement;
  const double left = usable_share * ranks.memory - weight_memory(model, placement, ranks).total();
  fit.block = samples_that_fit(model, work, ranks.count, left);
  fit.choice.memory = sweep_memory(model, work, fit.block, placement, ranks);
  return fit;
}

std::optional<TuneFit> try_fit(const Model& model, const parallel::Options& options, const Ranks& ranks,
                               const TuneWork& work) {
  const std::vector<Placement> possible = candidates(options, ranks, disk_of(work));
  if (possible.empty()) return std::nullopt;
  const Rounds least = choose_rounds(model, work, {}, ranks.count, 0);
  TuneFit fit{choose(possible, ranks,
                     [&](const Placement& placement) { return tune_memory(model, work, least, placement, ranks); }),
              least};
  if (!fit.choice.fits) return fit;
  const Placement& placement = fit.choice.placement;
  const double left = usable_share * ranks.memory - weight_memory(model, placement, ranks).total();
  fit.rounds = choose_rounds(model, work, placement, ranks.count, left);
  fit.choice.memory = tune_memory(model, work, fit.rounds, placement, ranks);
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

template <class Work>
std::optional<int> fewest(const Model& model, const parallel::Options& options, Ranks ranks, const Work& work) {
  for (ranks.count = 1; ranks.count <= most_ranks; ranks.count += ranks.count < ranks.per_node ? 1 : ranks.per_node) {
    const auto fit = try_fit(model, options, ranks, work);
    if (fit && fit->choice.fits) return ranks.count;
  }
  return std::nullopt;
}

/// "use parallel.weights: host, parallel.shard: 8, or at least 16 ranks like these".
template <class Work>
std::string advice(const Model& model, const parallel::Options& options, const Ranks& ranks, const Work& work) {
  const auto other = try_fit(model, {}, ranks, work);
  const auto count = fewest(model, options, ranks, work);
  std::string text;
  if (other && other->choice.fits) text = fmt::format("use {}", describe(other->choice.placement));
  if (count) text += fmt::format("{}at least {} ranks like these", text.empty() ? "use " : ", or ", *count);
  return text.empty() ? "use ranks with more memory: no number of these is enough" : text;
}

template <class Fit, class Work>
Fit required(std::string_view stage, Fit fit, const Model& model, const parallel::Options& options, const Ranks& ranks,
             const Work& work) {
  const Memory& memory = fit.choice.memory;
  if (fit.choice.fits) return fit;
  const bool host_is_short = memory.total() <= usable_share * ranks.memory;
  throw UserError(fmt::format(
      "{} needs {:.1f} GB of {}memory a rank with {}, and {:.1f} GB are there (of which {:.0f} % may be filled); {}",
      stage, (host_is_short ? memory.host : memory.total()) * 1e-9, host_is_short ? "the machine's " : "",
      describe(fit.choice.placement), (host_is_short ? ranks.host_memory : ranks.memory) * 1e-9, 100 * usable_share,
      advice(model, options, ranks, work)));
}

}  // namespace

SweepFit fit_sweep(const Model& model, const parallel::Options& options, const Ranks& ranks, const SweepWork& work) {
  const auto fit = try_fit(model, options, ranks, work);
  require_group(fit.has_value(), options, ranks);
  return *fit;
}

TuneFit fit_tuning(const Model& model, const parallel::Options& options, const Ranks& ranks, const TuneWork& work) {
  validate(disk_of(work) == Disk::allowed || options.weights != parallel::WeightsRest::disk,
           "parallel.weights: disk, with tune.method: sft (it changes every weight, and files are not written to); use "
           "device, host or auto");
  const auto fit = try_fit(model, options, ranks, work);
  require_group(fit.has_value(), options, ranks);
  return *fit;
}

SweepFit require_sweep_fits(const Model& model, const parallel::Options& options, const Ranks& ranks,
                            const SweepWork& work) {
  return required("the sweep", fit_sweep(model, options, ranks, work), model, options, ranks, work);
}

TuneFit require_tuning_fits(const Model& model, const parallel::Options& options, const Ranks& ranks,
                            const TuneWork& work) {
  return required("the tuning", fit_tuning(model, options, ranks, work), model, options, ranks, work);
}

std::optional<int> fewest_ranks(const Model& model, const parallel::Options& options, const Ranks& ranks,
                                const SweepWork& work) {
  return fewest(model, options, ranks, work);
}

std::optional<int> fewest_ranks(const Model& model, const parallel::Options& options, const Ranks& ranks,
                                const TuneWork& work) {
  return fewest(model, options, ranks, work);
}

}  // namespace pinpoint::planning
