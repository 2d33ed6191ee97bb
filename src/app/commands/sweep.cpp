/// \file
/// `pinpoint sweep`: the effect of every (layer, head) on the reply's first token, by path patching.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>

#include "app/commands/command.h"
#include "app/stages/job.h"
#include "app/stages/model_loading.h"
#include "app/stages/sweep/inputs.h"
#include "app/stages/sweep/progress.h"
#include "app/stages/sweep/results.h"
#include "model/pretrained/model_directory.h"
#include "study/patching/block_schedule.h"
#include "study/patching/sweep_speed.h"
#include "study/patching/walk.h"
#include "study/planning/fit.h"
#include "system/base/log.h"
#include "system/base/progress.h"
#include "system/parallel/collectives.h"

namespace pinpoint::commands {
namespace {

using Clock = std::chrono::steady_clock;

/// Where the weights go and how many samples walk together, by what every rank has free. \throws UserError before
/// anything is loaded where it is too little
planning::SweepFit fit(const stages::Run& run, const stages::SweepTask& task, const transformer::ModelConfig& model) {
  planning::SweepFit fit = planning::require_sweep_fits({model, run.config().model.dtype}, run.config().parallel,
                                                        stages::ranks_of(run), task.cost_inputs);
  log_info("arithmetic: {} ({})", name_of(task.arithmetic), run.config().sweep.arithmetic ? "as configured" : "auto");
  log_info("{} ({}); up to {} samples a walk; planned memory {:.3g} GB a rank", describe(fit.choice.placement),
           fit.choice.why, fit.block, fit.choice.memory.total() * 1e-9);
  return fit;
}

/// How long a sample takes all ranks, from the speed of the slowest of them.
double estimate_seconds(const stages::Run& run, const stages::SweepTask& task,
                        const transformer::Transformer& transformer) {
  const double mine = patching::measure_rate(transformer, task.tiling, task.arithmetic);
  const auto slowest = static_cast<double>(parallel::minimum(run.world(), static_cast<std::int64_t>(mine)));
  return planning::sweep_operations({transformer.config(), run.config().model.dtype}, task.cost_inputs).all() /
         static_cast<double>(task.pairs.size()) / (slowest * run.world().size());
}

void log_operations(const stages::Run& run, const transformer::Operations& mine, double seconds) {
  std::int64_t all = 0, padding = 0;
  for (std::size_t kind = 0; kind < transformer::work_kinds; ++kind)
    all += parallel::sum(run.world(), mine[static_cast<transformer::Work>(kind)]);
  padding = parallel::sum(run.world(), mine[transformer::Work::padding]);
  log_info("{:.3g} TFLOP in {} ({:.3g} TFLOP/s over all ranks), {:.1f} % of it padding",
           static_cast<double>(all) * 1e-12, format_duration(seconds), static_cast<double>(all) * 1e-12 / seconds,
           100 * static_cast<double>(padding) / static_cast<double>(std::max<std::int64_t>(1, all)));
}

/// Walks over what is pending, block by block, each saved when it is finished. Returns the status to stop with if
/// somebody asked for it.
std::optional<ExitStatus> walk_pending(const stages::Run& run, const stages::SweepTask& task,
                                       const stages::Weights& weights, std::int64_t samples_in_memory,
                                       stages::SavedSweep& saved) {
  const transformer::Transformer transformer(weights.store());
  const patching::WalkSettings settings{task.arithmetic, task.record_ids(), task.tiling.tile_rows,
                                        task.tiling.pass_rows, task.checks};
  const patching::SweepOptions& options = run.config().sweep;
  patching::BlockSchedule schedule(saved.pending(), {.samples = options.block,
                                                     .seconds = 60 * options.minutes_per_block,
                                                     .samples_in_memory = samples_in_memory,
                                                     .seconds_per_sample = estimate_seconds(run, task, transformer)});

  auto done =
      static_cast<double>(task.pairs.size() - static_cast<std::size_t>(patching::Block{saved.pending()}.samples()));
  Progress progress("sweep", "samples", static_cast<double>(task.pairs.size()), run.audience());
  progress.start_at(done);
  transformer::Operations operations;
  const Clock::time_point start = Clock::now();
  const auto seconds_since = [](Clock::time_point t) {
    return std::chrono::duration<double>(Clock::now() - t).count();
  };

  std::optional<ExitStatus> stop = run.stop_asked();
  while (!schedule.done() && !stop) {
    const Clock::time_point block_start = Clock::now();
    const patching::Block block = schedule.next();
    const auto samples = static_cast<double>(block.samples());
    const auto record = patching::walk(transformer, task.pairs, block, settings, run.world(),
                                       {.stop = [&] { return (stop = run.stop_asked()).has_value(); },
                                        .on_progress = [&](double share) { progress.update(done + share * samples); }},
                                       operations);
    if (!record) break;
    if (run.world().is_root()) saved.add(*record, weights.sha256());
    done += samples;
    const auto milliseconds = static_cast<std::int64_t>(1000 * seconds_since(block_start));
    schedule.finished(static_cast<double>(parallel::maximum(run.world(), milliseconds) + 1) / 1000);
    if (!schedule.done()) stop = run.stop_asked();
  }
  progress.finish();
  log_operations(run, operations, seconds_since(start));
  weights.log_traffic(run);
  return stop;
}

ExitStatus run_sweep(stages::Session& session, stages::Completeness wanted) {
  const stages::Run run(session, "sweep", {"model.path", "output", "sweep.pairs"});
  pretrained::ModelDirectory directory(run.config().model.path);
  const stages::SweepTask task = stages::make_sweep_task(run, directory.config());
  stages::SavedSweep saved(run, task);

  std::string model_sha256;
  if (wanted == stages::Completeness::complete && !saved.pending().empty()) {
    stages::log_model(directory);
    const planning::SweepFit fits = fit(run, task, directory.config());
    const stages::Weights weights(run, directory, fits.choice.placement);
    model_sha256 = weights.sha256();
    if (run.world().is_root()) saved.require_model(model_sha256);
    run.world().barrier();  // nobody computes for parts of another model
    if (const auto stop = walk_pending(run, task, weights, fits.block, saved)) return run.stopped(*stop);
  } else if (run.world().is_root()) {
    model_sha256 = directory.fingerprint();
    saved.require_model(model_sha256);
  }
  if (run.world().is_root()) stages::write_results(run, task, saved.merged(), model_sha256, wanted);
  return ExitStatus::done;
}

}  // namespace

void add_sweep(CLI::App& app, stages::CommonOptions& common, Command& chosen) {
  CLI::App* sweep = app.add_subcommand("sweep", "Path patching over every head -> OUT/effects.h5, OUT/heads.json");
  add_config_options(*sweep, common);
  const auto partial = std::make_shared<bool>(false);
  sweep->add_flag("--partial", *partial, "Compute nothing: assemble effects.h5 from the finished blocks");
  sweep->callback([partial, &chosen] {
    chosen = [wanted = *partial ? stages::Completeness::partial : stages::Completeness::complete](
                 stages::Session& session) { return run_sweep(session, wanted); };
  });
}

}  // namespace pinpoint::commands
