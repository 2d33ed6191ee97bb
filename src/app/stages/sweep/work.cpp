#include "app/stages/sweep/work.h"

#include <algorithm>
#include <chrono>

#include "model/transformer/transformer.h"
#include "study/patching/block_schedule.h"
#include "study/patching/sweep_speed.h"
#include "study/patching/walk.h"
#include "study/planning/sweep_cost.h"
#include "system/base/log.h"
#include "system/base/progress.h"
#include "system/parallel/collectives.h"

namespace pinpoint::stages {
namespace {

using Clock = std::chrono::steady_clock;

/// Seconds that a sample takes on all ranks, from the speed of the slowest rank.
double estimate_seconds(const Job& job, const SweepInputs& inputs, const transformer::Transformer& transformer) {
  const double mine = patching::measure_rate(transformer, inputs.tiling, inputs.arithmetic);
  const auto slowest = static_cast<double>(parallel::minimum(job.world(), static_cast<std::int64_t>(mine)));
  return planning::sweep_operations({transformer.config(), job.config().model.dtype}, inputs.cost_inputs).all() /
         static_cast<double>(inputs.pairs.size()) / (slowest * job.world().size());
}

void log_operations(const Job& job, const transformer::Operations& mine, double seconds) {
  std::int64_t all = 0;
  for (std::size_t kind = 0; kind < transformer::work_kinds; ++kind)
    all += parallel::sum(job.world(), mine[static_cast<transformer::Work>(kind)]);
  const std::int64_t padding = parallel::sum(job.world(), mine[transformer::Work::padding]);
  log_info("{:.3g} TFLOP in {} ({:.3g} TFLOP/s over all ranks), {:.1f} % of it padding",
           static_cast<double>(all) * 1e-12, format_duration(seconds), static_cast<double>(all) * 1e-12 / seconds,
           100 * static_cast<double>(padding) / static_cast<double>(std::max<std::int64_t>(1, all)));
}

}  // namespace

std::optional<ExitStatus> walk_pending(const Job& job, const SweepInputs& inputs, const LoadedModel& model,
                                       std::int64_t samples_in_memory, SweepProgress& saved) {
  const transformer::Transformer transformer(model.store());
  const patching::WalkSettings settings{inputs.arithmetic, inputs.record_ids(), inputs.tiling.tile_rows,
                                        inputs.tiling.pass_rows, inputs.checks};
  const patching::SweepOptions& options = job.config().sweep;
  patching::BlockSchedule schedule(saved.pending(), {.samples = options.block,
                                                     .seconds = 60 * options.minutes_per_block,
                                                     .samples_in_memory = samples_in_memory,
                                                     .seconds_per_sample = estimate_seconds(job, inputs, transformer)});

  auto done =
      static_cast<double>(inputs.pairs.size() - static_cast<std::size_t>(patching::Block{saved.pending()}.samples()));
  Progress progress("sweep", "samples", static_cast<double>(inputs.pairs.size()), job.audience());
  progress.start_at(done);
  transformer::Operations operations;
  const Clock::time_point start = Clock::now();
  const auto seconds_since = [](Clock::time_point t) {
    return std::chrono::duration<double>(Clock::now() - t).count();
  };

  std::optional<ExitStatus> stop = job.stop_asked();
  bool given_up = false;
  // A start that came late saves one short block nevertheless, so that it was not in vain.
  bool continues = !stop || job.may_finish(schedule.least_seconds());
  while (!schedule.done() && continues) {
    const Clock::time_point block_start = Clock::now();
    const patching::Block block = schedule.next(job.seconds_left());
    const auto samples = static_cast<double>(block.samples());
    double share = 0;
    const auto gives_up = [&] {
      stop = job.stop_asked();
      // The block is lost if it is not finished.
      return stop && !job.may_finish(seconds_since(block_start) * (1 - share) / share);
    };
    const auto on_progress = [&](double done_share) { progress.update(done + (share = done_share) * samples); };
    const auto record = patching::walk(transformer, inputs.pairs, block, settings, job.world(),
                                       {.stop = gives_up, .on_progress = on_progress}, operations);
    given_up = !record;
    if (given_up) break;
    if (job.world().is_root()) saved.add(*record, model.sha256());
    done += samples;
    const auto milliseconds = static_cast<std::int64_t>(1000 * seconds_since(block_start));
    schedule.finished(static_cast<double>(parallel::maximum(job.world(), milliseconds) + 1) / 1000);
    if (!schedule.done()) stop = job.stop_asked();
    continues = !stop;
  }
  progress.finish();
  log_operations(job, operations, seconds_since(start));
  return schedule.done() && !given_up ? std::nullopt : stop;
}

}  // namespace pinpoint::stages
