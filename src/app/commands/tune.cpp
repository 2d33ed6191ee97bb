/// \file
/// `pinpoint tune`: supervised tuning, of the chosen heads or of every weight.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>

#include "app/commands/command.h"
#include "app/stages/job.h"
#include "app/stages/model_loading.h"
#include "app/stages/tune/inputs.h"
#include "app/stages/tune/progress.h"
#include "model/pretrained/model_directory.h"
#include "study/planning/cost_inputs.h"
#include "study/planning/fit.h"
#include "study/tuning/convergence.h"
#include "study/tuning/room.h"
#include "study/tuning/schedule.h"
#include "study/tuning/tuner.h"
#include "system/base/log.h"
#include "system/base/memory.h"
#include "system/base/progress.h"
#include "system/parallel/collectives.h"
#include "system/parallel/hosts.h"

namespace pinpoint::commands {
namespace {

using Clock = std::chrono::steady_clock;

/// Of the memory that is free once the weights are there; the rest is for the libraries and the file system.
constexpr double share_of_memory = 0.5;

/// Where the weights go, by what every rank has free. \throws UserError before anything is loaded where it is too
/// little
planning::Placement place_weights(const stages::Run& run, const stages::TuneTask& task,
                                  const transformer::ModelConfig& model) {
  planning::TuneCostInputs inputs = planning::tune_cost_inputs(run.config().tune);
  if (task.choice) planning::count_heads(inputs, task.choice->heads, model);
  inputs.dialogue_tokens = static_cast<double>(task.longest());
  const planning::TuneFit fit = planning::require_tuning_fits({model, run.config().model.dtype}, run.config().parallel,
                                                              stages::ranks_of(run), inputs);
  log_info("{} ({}); planned memory {:.3g} GB a rank", describe(fit.choice.placement), fit.choice.why,
           fit.choice.memory.total() * 1e-9);
  return fit.choice.placement;
}

/// Saved steps go on with their own micro-batch, whatever memory there is now: bits depend on it.
tuning::Room choose_room(const stages::Run& run, const stages::TuneTask& task, const transformer::WeightStore& store,
                         std::optional<std::int64_t> saved_micro_batch) {
  tuning::TuneOptions options = run.config().tune;
  if (!options.micro_batch) options.micro_batch = saved_micro_batch;
  const tuning::Demand demand{.lowest = task.lowest_layer(),
                              .longest = task.longest(),
                              .share = (options.batch + run.world().size() - 1) / run.world().size(),
                              .weight_bytes = static_cast<std::int64_t>(store.options().dtype().itemsize()),
                              .dialogues_recur = task.steps * options.batch > std::ssize(task.dialogues)};
  const double bytes =
      share_of_memory * static_cast<double>(available_memory()) / parallel::peers_on_host(run.world()).all;
  tuning::Room room = tuning::choose_room(store.config(), options, demand, bytes);
  room.micro_batch = parallel::minimum(run.world(), room.micro_batch);
  return room;
}

void log_task(const stages::Run& run, const stages::TuneTask& task, stages::Trainee& trainee,
              const tuning::Room& room) {
  log_info("{}: masters, gradients and moments take {:.1f} MB a rank", trainee.describe(),
           16e-6 * static_cast<double>(trainee.own_parameters()));
  log_info("{} dialogues, {} steps of {}, rounds of {} a rank", task.dialogues.size(), task.steps,
           run.config().tune.batch, room.micro_batch);
}

/// Whether there is nothing left to do, and why.
std::optional<std::string> end_of(const stages::TuneTask& task, const tuning::TuneOptions& options,
                                  const std::vector<results::TuneStep>& history) {
  std::vector<double> losses;
  for (const results::TuneStep& step : history) losses.push_back(step.loss);
  if (options.converge && tuning::has_converged(*options.converge, losses))
    return fmt::format("the loss has converged (tune.converge) after {} of {} steps", history.size(), task.steps);
  if (std::ssize(history) >= task.steps) return fmt::format("all {} steps are made", task.steps);
  return std::nullopt;
}

/// Step after step, until all are made, the loss has converged, or somebody asks to stop.
ExitStatus take_steps(const stages::Run& run, const stages::TuneTask& task, stages::Trainee& trainee,
                      const tuning::Room& room, stages::SavedTuning& saved) {
  tuning::Tuner tuner(trainee.parameters(), run.config().tune, room, run.world());
  const tuning::TuneOptions& options = run.config().tune;
  Progress progress("tuning", "steps", static_cast<double>(task.steps), run.audience());
  progress.start_at(static_cast<double>(saved.history().size()));
  std::optional<std::string> end = end_of(task, options, saved.history());
  std::optional<ExitStatus> stop = run.stop_asked();
  while (!end && !stop) {
    const Clock::time_point start = Clock::now();
    const std::int64_t t = std::ssize(saved.history());
    const double lr = tuning::learning_rate(options, t, task.steps);
    const tuning::StepResult step = tuner.step(t + 1, task.batch(run.config(), t), lr);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    saved.add({t + 1, step.loss, lr, step.grad_norm, step.tokens, step.targets, seconds});
    if ((t + 1) % options.checkpoint_every == 0) saved.save(trainee, room.micro_batch);
    progress.note(fmt::format("loss {:.4g}, {:.3g} tokens/s", step.loss, static_cast<double>(step.tokens) / seconds));
    progress.update(static_cast<double>(t + 1));
    end = end_of(task, options, saved.history());
    stop = run.stop_asked();
  }
  saved.save(trainee, room.micro_batch);
  progress.finish();
  if (!end) return run.stopped(*stop);
  log_info("{}; loss {:.4g}", *end, saved.history().back().loss);
  return ExitStatus::done;
}

ExitStatus run_tune(stages::Session& session) {
  const stages::Run run(session, "tune", {"model.path", "output", "tune.data"});
  pretrained::ModelDirectory directory(run.config().model.path);
  const stages::TuneTask task = stages::make_tune_task(run, directory.config());
  stages::SavedTuning saved(run, task, directory.config());
  if (const auto end = end_of(task, run.config().tune, saved.history())) {
    if (run.world().is_root()) saved.require_model(directory.fingerprint());
    log_info("{}: there is nothing to do", *end);
    return ExitStatus::done;
  }
  stages::log_model(directory);
  const stages::Weights weights(run, directory, place_weights(run, task, directory.config()));
  if (run.world().is_root()) saved.require_model(weights.sha256());
  run.world().barrier();  // nobody computes for checkpoints of another model
  const auto trainee = stages::make_trainee(run, task, weights);
  const tuning::Room room = choose_room(run, task, weights.store(), saved.micro_batch());
  log_task(run, task, *trainee, room);
  saved.restore(*trainee);
  const ExitStatus status = take_steps(run, task, *trainee, room, saved);
  weights.log_traffic(run);
  return status;
}

}  // namespace

void add_tune(CLI::App& app, stages::CommonOptions& common, Command& chosen) {
  CLI::App* tune =
      app.add_subcommand("tune", "Tunes the chosen heads, or every weight -> OUT/checkpoints, OUT/tune.jsonl");
  add_config_options(*tune, common);
  tune->callback([&chosen] { chosen = run_tune; });
}

}  // namespace pinpoint::commands
