#include "app/stages/sweep/sweep_stage.h"

#include "app/stages/sweep/work.h"
#include "study/planning/fit.h"
#include "system/base/log.h"

namespace pinpoint::stages {

SweepStage::SweepStage(const Job& job, const transformer::ModelConfig& model, Completeness wanted)
    : job_(job), model_(model), wanted_(wanted), inputs_(read_sweep_inputs(job, model)),
      progress_(job, inputs_, wanted) {}

bool SweepStage::is_finished() const { return only_reports() || progress_.pending().empty(); }

SavedWork SweepStage::saved() const {
  return {progress_.saved_samples(), std::ssize(inputs_.pairs), "samples", "a block"};
}

planning::Placement SweepStage::place_weights() {
  const config::Config& config = job_.config();
  const planning::SweepFit fit =
      planning::require_sweep_fits({model_, config.model.dtype}, config.parallel, ranks_of(job_), inputs_.cost_inputs);
  log_info("arithmetic: {} ({})", name_of(inputs_.arithmetic), config.sweep.arithmetic ? "as configured" : "auto");
  log_info("{} ({}); up to {} samples per walk; planned memory {:.3g} GB per rank", describe(fit.choice.placement),
           fit.choice.why, fit.block, fit.choice.memory.total() * 1e-9);
  samples_in_memory_ = fit.block;
  return fit.choice.placement;
}

void SweepStage::require_model(const std::string& sha256) {
  model_sha256_ = sha256;
  progress_.require_model(sha256);
}

std::optional<ExitStatus> SweepStage::work(const LoadedModel& model) {
  return walk_pending(job_, inputs_, model, samples_in_memory_, progress_);
}

void SweepStage::write_results() { write_sweep_results(job_, inputs_, progress_.merged(), model_sha256_, wanted_); }

}  // namespace pinpoint::stages
