#include "app/stages/tune/progress.h"

#include "study/results/file_names.h"
#include "study/results/tune_log.h"
#include "system/base/log.h"
#include "system/parallel/agreement.h"

namespace pinpoint::stages {

SavedTuning::SavedTuning(const Run& run, const TuneTask& task, const transformer::ModelConfig& model)
    : run_(run), task_(task), model_(model), folder_(run.config().output / results::checkpoints_folder),
      log_(run.config().output / results::tune_log_file) {
  parallel::together(run_.world(), [this] {
    if (run_.world().is_root()) set_aside();
  });
  saved_ = results::newest_checkpoint(folder_, model_, run_.world());
  parallel::together(run_.world(), [this] {
    if (run_.world().is_root()) look_at_saved();
  });
  if (saved_) history_ = saved_->checkpoint.history;
  saved_steps_ = std::ssize(history_);
}

void SavedTuning::set_aside() {
  if (run_.config().restart == config::Restart::fresh)
    for (const auto name : {results::checkpoints_folder, results::tune_log_file})
      if (const auto aside = run_.directory().set_aside(name)) log_info("set aside: {}", aside->string());
}

void SavedTuning::look_at_saved() {
  validate(run_.config().restart != config::Restart::require || saved_,
           "{}: holds no checkpoint to go on from (restart: require); use restart: auto to begin anew",
           folder_.string());
  if (!saved_) return;
  require_same_tuning(saved_->checkpoint.provenance.model_sha256);
  log_info("going on from {}: {} of {} steps are done", saved_->file.string(), saved_->checkpoint.history.size(),
           task_.steps);
}

std::optional<std::int64_t> SavedTuning::micro_batch() const {
  return saved_ ? std::optional(saved_->checkpoint.micro_batch) : std::nullopt;
}

void SavedTuning::require_same_tuning(const std::string& model_sha256) const {
  const auto found = results::difference(saved_->checkpoint, model_sha256, task_.heads(), task_.identity);
  validate(!found,
           "{}: belongs to another tuning: {}; give this run another `output`, or set the old results aside with --set "
           "restart=fresh",
           saved_->file.string(), found.value_or(""));
}

void SavedTuning::require_model(const std::string& model_sha256) {
  model_sha256_ = model_sha256;
  if (saved_) require_same_tuning(model_sha256);
  if (!task_.choice) return;
  const auto& ranked = task_.choice->model_sha256;
  validate(!ranked || *ranked == model_sha256,
           "{}: ranks the heads of other weights (model_sha256 {:.12}.., now {:.12}..); sweep this model, or give "
           "select.heads",
           task_.choice->source.name, ranked.value_or(""), model_sha256);
}

void SavedTuning::restore(Trainee& trainee) {
  if (saved_) trainee.restore(*saved_);
  saved_.reset();
  if (run_.world().is_root()) results::write_tune_log(log_, history_);
}

void SavedTuning::add(const results::TuneStep& step) {
  history_.push_back(step);
  if (run_.world().is_root()) results::append_to_tune_log(log_, step);
}

void SavedTuning::save(Trainee& trainee, std::int64_t micro_batch) {
  const std::int64_t steps = std::ssize(history_);
  if (steps == saved_steps_) return;
  saved_steps_ = steps;
  results::Checkpoint checkpoint;
  checkpoint.provenance = run_.provenance();
  checkpoint.provenance.model_sha256 = model_sha256_;
  if (task_.choice) checkpoint.provenance.parents.push_back(task_.choice->source);
  checkpoint.provenance.parents.push_back(task_.data);
  checkpoint.identity = task_.identity;
  checkpoint.history = history_;
  checkpoint.micro_batch = micro_batch;
  checkpoint.sampler_position = steps * run_.config().tune.batch;
  trainee.write(folder_, std::move(checkpoint), run_.config().tune.keep);
  log_debug("saved step {}", steps);
}

}  // namespace pinpoint::stages
