#include "app/stages/tune/tune_stage.h"

#include "app/stages/tune/results.h"
#include "app/stages/tune/trained_weights.h"
#include "app/stages/tune/work.h"
#include "study/planning/cost_inputs.h"
#include "study/planning/fit.h"
#include "system/base/log.h"

namespace pinpoint::stages {
namespace {

void log_work(const Job& job, const TuneInputs& inputs, TrainedWeights& trained, const tuning::Room& room) {
  log_info("{}: masters, gradients and moments take {:.1f} MB per rank", trained.describe(),
           16e-6 * static_cast<double>(trained.own_parameters()));
  log_info("{} dialogues, {} steps of {}, rounds of {} per rank", inputs.dialogues.size(), inputs.steps,
           job.config().tune.batch, room.micro_batch);
}

}  // namespace

TuneStage::TuneStage(const Job& job, const transformer::ModelConfig& model)
    : job_(job), model_(model), inputs_(read_tune_inputs(job, model)), progress_(job, inputs_, model) {}

bool TuneStage::is_finished() const { return end_of(inputs_, job_.config().tune, progress_.history()).has_value(); }

SavedWork TuneStage::saved() const { return {progress_.saved_steps(), inputs_.steps, "steps", "a step"}; }

planning::Placement TuneStage::place_weights() {
  planning::TuneCostInputs cost = planning::tune_cost_inputs(job_.config().tune);
  if (inputs_.choice) planning::count_heads(cost, inputs_.choice->heads, model_);
  cost.dialogue_tokens = static_cast<double>(inputs_.longest());
  const planning::TuneFit fit =
      planning::require_tuning_fits({model_, job_.config().model.dtype}, job_.config().parallel, ranks_of(job_), cost);
  log_info("{} ({}); planned memory {:.3g} GB per rank", describe(fit.choice.placement), fit.choice.why,
           fit.choice.memory.total() * 1e-9);
  return fit.choice.placement;
}

void TuneStage::require_model(const std::string& sha256) { progress_.require_model(sha256); }

std::optional<ExitStatus> TuneStage::work(const LoadedModel& model) {
  const auto trained = make_trained_weights(job_, inputs_, model);
  const tuning::Room room = choose_room(job_, inputs_, model.store(), progress_.micro_batch());
  log_work(job_, inputs_, *trained, room);
  progress_.restore(*trained);
  return take_steps(job_, inputs_, *trained, room, progress_);
}

void TuneStage::write_results() {
  const std::vector<results::TuneStep>& history = progress_.history();
  log_tuning(*end_of(inputs_, job_.config().tune, history), progress_.folder(), history);
}

}  // namespace pinpoint::stages
