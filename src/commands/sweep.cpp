/// \file
/// `pinpoint sweep`: the effect of every (layer, head) on the reply's first token, by path patching.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>

#include "base/log.h"
#include "base/memory.h"
#include "base/progress.h"
#include "commands/command.h"
#include "commands/run.h"
#include "commands/saved_sweep.h"
#include "commands/sweep_report.h"
#include "commands/sweep_task.h"
#include "commands/sweep_work.h"
#include "io/model_directory.h"
#include "model/memory_store.h"
#include "parallel/collectives.h"
#include "parallel/hosts.h"
#include "patching/block_schedule.h"
#include "patching/block_walk.h"
#include "planning/walk_cost.h"

namespace pinpoint::commands {
namespace {

using Clock = std::chrono::steady_clock;

/// Of the memory that is free, what a walk may take: the rest is for the libraries and the file system.
constexpr double share_of_memory = 0.5;

Progress::Audience audience(const Run& run) {
  return run.world().is_root() ? Progress::Audience::shown : Progress::Audience::silent;
}

model::MemoryStore load_weights(const Run& run, io::ModelDirectory& directory) {
  const model::ModelConfig& shape = directory.config();
  log_info("model {}: {} layers, {} heads ({} key/value), width {}, MLP {}, vocabulary {}", directory.path().string(),
           shape.layers, shape.heads, shape.kv_heads, shape.width, shape.mlp_width, shape.vocabulary);
  Progress progress("loading", "layers", static_cast<double>(shape.layers), audience(run));
  return {shape, directory, run.config().model.dtype, run.device(),
          [&](std::int64_t layers) { progress.update(static_cast<double>(layers)); }};
}

/// How many samples a walk may take along, from the memory that every rank's machine has left.
std::int64_t samples_in_memory(const Run& run, const SweepTask& task, const model::ModelConfig& model) {
  planning::SweepWork work = sweep_work(run.config().sweep, task.tiling);
  count_tokens(work, task.pairs, model);
  const double allowed =
      share_of_memory * static_cast<double>(available_memory()) / parallel::peers_on_host(run.world()).all;
  return parallel::minimum(
      run.world(), planning::samples_that_fit({model, run.config().model.dtype}, work, run.world().size(), allowed));
}

void log_operations(const Run& run, const model::Operations& mine, double seconds) {
  std::int64_t all = 0, padding = 0;
  for (std::size_t kind = 0; kind < model::work_kinds; ++kind)
    all += parallel::sum(run.world(), mine[static_cast<model::Work>(kind)]);
  padding = parallel::sum(run.world(), mine[model::Work::padding]);
  log_info("{:.3g} TFLOP in {} ({:.3g} TFLOP/s over all ranks), {:.1f} % of it padding",
           static_cast<double>(all) * 1e-12, format_duration(seconds), static_cast<double>(all) * 1e-12 / seconds,
           100 * static_cast<double>(padding) / static_cast<double>(std::max<std::int64_t>(1, all)));
}

/// Walks over what is pending, block by block, each saved when it is finished. Returns the status to stop with if
/// somebody asked for it.
std::optional<ExitStatus> walk_pending(const Run& run, const SweepTask& task, model::WeightStore& store,
                                       const std::string& model_sha256, SavedSweep& saved) {
  const model::Transformer transformer(store);
  const patching::WalkSettings settings{task.record_ids(), task.tiling.tile_rows, task.tiling.pass_rows, task.checks};
  const patching::SweepOptions& options = run.config().sweep;
  patching::BlockSchedule schedule(
      saved.pending(), {options.block, 60 * options.minutes_per_block, samples_in_memory(run, task, store.config())});

  auto done =
      static_cast<double>(task.pairs.size() - static_cast<std::size_t>(patching::Block{saved.pending()}.samples()));
  Progress progress("sweep", "samples", static_cast<double>(task.pairs.size()), audience(run));
  progress.start_at(done);
  model::Operations operations;
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
    if (run.world().is_root()) saved.add(*record, model_sha256);
    done += samples;
    const auto milliseconds = static_cast<std::int64_t>(1000 * seconds_since(block_start));
    schedule.finished(static_cast<double>(parallel::maximum(run.world(), milliseconds) + 1) / 1000);
    if (!schedule.done()) stop = run.stop_asked();
  }
  progress.finish();
  log_operations(run, operations, seconds_since(start));
  return stop;
}

ExitStatus run_sweep(Session& session, Completeness wanted) {
  const Run run(session, "sweep", {"model.path", "output", "sweep.pairs"});
  io::ModelDirectory directory(run.config().model.path);
  const SweepTask task = make_sweep_task(run, directory.config());
  SavedSweep saved(run, task);

  std::string model_sha256;
  const auto identify_model = [&] {
    if (!run.world().is_root()) return;
    model_sha256 = directory.fingerprint();
    saved.require_model(model_sha256);
  };
  if (wanted == Completeness::complete && !saved.pending().empty()) {
    model::MemoryStore store = load_weights(run, directory);
    identify_model();
    run.world().barrier();  // nobody computes for parts of another model
    if (const auto stop = walk_pending(run, task, store, model_sha256, saved)) return run.stopped(*stop);
  } else {
    identify_model();
  }
  if (run.world().is_root())
    write_results(run, task, saved.merged(), model_sha256, saved.pending().empty() ? Completeness::complete : wanted);
  return ExitStatus::done;
}

}  // namespace

void add_sweep(CLI::App& app, CommonOptions& common, Command& chosen) {
  CLI::App* sweep = app.add_subcommand("sweep", "Path patching over every head -> OUT/effects.h5, OUT/heads.json");
  add_config_options(*sweep, common);
  const auto partial = std::make_shared<bool>(false);
  sweep->add_flag("--partial", *partial, "Compute nothing: assemble effects.h5 from the finished blocks");
  sweep->callback([partial, &chosen] {
    chosen = [wanted = *partial ? Completeness::partial : Completeness::complete](Session& session) {
      return run_sweep(session, wanted);
    };
  });
}

}  // namespace pinpoint::commands
