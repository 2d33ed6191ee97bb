#include "app/stages/tune/work.h"

#include <algorithm>
#include <chrono>

#include "study/tuning/convergence.h"
#include "study/tuning/schedule.h"
#include "study/tuning/tuner.h"
#include "system/base/log.h"
#include "system/base/memory.h"
#include "system/base/progress.h"
#include "system/parallel/collectives.h"
#include "system/parallel/hosts.h"

namespace pinpoint::stages {
namespace {

using Clock = std::chrono::steady_clock;

/// The share of the memory free after loading that tuning uses. The rest is for the libraries and the file system.
constexpr double share_of_memory = 0.5;

}  // namespace

std::optional<std::string> end_of(const TuneInputs& inputs, const tuning::TuneOptions& options,
                                  const std::vector<results::TuneStep>& history) {
  std::vector<double> losses;
  for (const results::TuneStep& step : history) losses.push_back(step.loss);
  if (options.converge && tuning::has_converged(*options.converge, losses))
    return fmt::format("the loss has converged (tune.converge) after {} of {} steps", history.size(), inputs.steps);
  if (std::ssize(history) >= inputs.steps) return fmt::format("all {} steps are done", inputs.steps);
  return std::nullopt;
}

tuning::Room choose_room(const Job& job, const TuneInputs& inputs, const transformer::WeightStore& store,
                         std::optional<std::int64_t> saved_micro_batch) {
  tuning::TuneOptions options = job.config().tune;
  if (!options.micro_batch) options.micro_batch = saved_micro_batch;
  const tuning::Demand demand{.lowest = inputs.lowest_layer(),
                              .longest = inputs.longest(),
                              .share = (options.batch + job.world().size() - 1) / job.world().size(),
                              .weight_bytes = static_cast<std::int64_t>(store.options().dtype().itemsize()),
                              .dialogues_recur = inputs.steps * options.batch > std::ssize(inputs.dialogues)};
  const double bytes =
      share_of_memory * static_cast<double>(available_memory()) / parallel::peers_on_host(job.world()).all;
  tuning::Room room = tuning::choose_room(store.config(), options, demand, bytes);
  room.micro_batch = parallel::minimum(job.world(), room.micro_batch);
  return room;
}

std::optional<ExitStatus> take_steps(const Job& job, const TuneInputs& inputs, TrainedWeights& trained,
                                     const tuning::Room& room, TuneProgress& saved) {
  tuning::Tuner tuner(trained.parameters(), job.config().tune, room, job.world());
  const tuning::TuneOptions& options = job.config().tune;
  Progress progress("tuning", "steps", static_cast<double>(inputs.steps), job.audience());
  progress.start_at(static_cast<double>(saved.history().size()));
  std::optional<std::string> end = end_of(inputs, options, saved.history());
  std::optional<ExitStatus> stop = job.stop_asked();
  // A start that came late makes one short step nevertheless, so that it was not in vain.
  bool continues = !stop || (!saved.history().empty() && job.may_finish(saved.history().back().seconds));
  while (!end && continues) {
    const Clock::time_point start = Clock::now();
    const auto seconds = [start] { return std::chrono::duration<double>(Clock::now() - start).count(); };
    const auto gives_up = [&](double share) {
      stop = job.stop_asked();
      return stop && !job.may_finish(seconds() * (1 - share) / share);
    };
    const std::int64_t t = std::ssize(saved.history());
    const double lr = tuning::learning_rate(options, t, inputs.steps);
    const auto step = tuner.step_unless(t + 1, inputs.batch(job.config(), t), lr, {}, gives_up);
    if (!step) break;
    const double taken = seconds();
    saved.add({t + 1, step->loss, lr, step->grad_norm, step->tokens, step->targets, taken});
    if ((t + 1) % options.checkpoint_every == 0) saved.save(trained, room.micro_batch);
    progress.note(fmt::format("loss {:.4g}, {:.3g} tokens/s", step->loss, static_cast<double>(step->tokens) / taken));
    progress.update(static_cast<double>(t + 1));
    end = end_of(inputs, options, saved.history());
    stop = job.stop_asked(seconds());  // the next step takes about as long, a checkpoint included
    continues = !stop;
  }
  saved.save(trained, room.micro_batch);
  progress.finish();
  return end ? std::nullopt : stop;
}

}  // namespace pinpoint::stages
