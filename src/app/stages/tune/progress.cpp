#include "app/stages/tune/progress.h"

#include <algorithm>

#include "study/results/file_names.h"
#include "study/results/tune_log.h"
#include "system/base/log.h"
#include "system/parallel/agreement.h"

namespace pinpoint::stages {

TuneProgress::TuneProgress(const Job& job, const TuneInputs& inputs, const transformer::ModelConfig& model)
    : job_(job), inputs_(inputs), model_(model), folder_(job.config().output / results::checkpoints_folder),
      log_(job.config().output / results::tune_log_file) {
  parallel::together(job_.world(), [this] {
    if (job_.world().is_root() && job_.starts_over())
      job_.set_aside({results::checkpoints_folder, results::tune_log_file});
  });
  saved_ = results::newest_checkpoint(folder_, model_, job_.world());
  parallel::together(job_.world(), [this] {
    if (job_.world().is_root()) look_at_saved();
  });
  if (saved_) history_ = saved_->checkpoint.history;
  saved_steps_ = std::ssize(history_);
}

void TuneProgress::look_at_saved() {
  validate(job_.config().restart != config::Restart::require || saved_,
           "{}: contains no checkpoint to resume from (restart: require); use restart: auto to start over",
           folder_.string());
  if (!saved_) return;
  require_same_tuning(saved_->checkpoint.provenance.model_sha256);
  log_info("resuming from {}: {} of {} steps are done", saved_->file.string(), saved_->checkpoint.history.size(),
           inputs_.steps);
}

std::optional<std::int64_t> TuneProgress::micro_batch() const {
  return saved_ ? std::optional(saved_->checkpoint.micro_batch) : std::nullopt;
}

void TuneProgress::require_same_tuning(const std::string& model_sha256) const {
  const auto found = results::difference(saved_->checkpoint, model_sha256, inputs_.heads(), inputs_.identity);
  validate(!found,
           "{}: belongs to another tuning: {}; give this run another `output`, or set the old results aside with --set "
           "restart=fresh",
           saved_->file.string(), found.value_or(""));
}

void TuneProgress::require_model(const std::string& model_sha256) {
  model_sha256_ = model_sha256;
  if (saved_) require_same_tuning(model_sha256);
  if (!inputs_.choice) return;
  const auto& ranked = inputs_.choice->model_sha256;
  validate(!ranked || *ranked == model_sha256,
           "{}: ranks the heads of other weights (model_sha256 {:.12}.., now {:.12}..); sweep this model into another "
           "`output`, or give select.heads",
           inputs_.choice->source.name, ranked.value_or(""), model_sha256);
}

void TuneProgress::set_aside_newer_checkpoints() const {
  const std::vector<std::filesystem::path> files = results::checkpoint_files(folder_);
  const auto resumed = std::ranges::find(files, results::checkpoint_path(folder_, saved_steps_));
  for (auto file = resumed == files.end() ? files.begin() : resumed + 1; file != files.end(); ++file)
    job_.set_aside({fmt::format("{}/{}", results::checkpoints_folder, file->filename().string())});
}

void TuneProgress::restore(TrainedWeights& trained) {
  if (saved_) trained.restore(*saved_);
  saved_.reset();
  if (!job_.world().is_root()) return;
  set_aside_newer_checkpoints();
  if (!results::is_tune_log_of(log_, history_)) job_.set_aside({results::tune_log_file});
  results::write_tune_log(log_, history_);
}

void TuneProgress::add(const results::TuneStep& step) {
  history_.push_back(step);
  if (job_.world().is_root()) results::append_to_tune_log(log_, step);
}

void TuneProgress::save(TrainedWeights& trained, std::int64_t micro_batch) {
  const std::int64_t steps = std::ssize(history_);
  if (steps == saved_steps_) return;
  saved_steps_ = steps;
  results::Checkpoint checkpoint;
  checkpoint.provenance = job_.provenance();
  checkpoint.provenance.model_sha256 = model_sha256_;
  if (inputs_.choice) checkpoint.provenance.parents.push_back(inputs_.choice->source);
  checkpoint.provenance.parents.push_back(inputs_.data);
  checkpoint.identity = inputs_.identity;
  checkpoint.history = history_;
  checkpoint.micro_batch = micro_batch;
  checkpoint.sampler_position = steps * job_.config().tune.batch;
  trained.write(folder_, std::move(checkpoint), job_.config().tune.keep);
  log_debug("saved step {}", steps);
}

}  // namespace pinpoint::stages
