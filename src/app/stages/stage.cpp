#include "app/stages/stage.h"

namespace pinpoint::stages {

ExitStatus run_stage(Job& job, pretrained::ModelDirectory& directory, Stage& stage) {
  directory.require_complete();
  if (job.world().is_root()) warn_of_embeddings(directory);
  const SavedWork before = stage.saved();
  if (!stage.only_reports()) job.begin(before);
  if (!stage.is_finished()) {
    if (const auto stop = job.stop_asked()) return job.stopped(*stop, before, before);
    log_model(directory);
    const LoadedModel model(job, directory, stage.place_weights());
    if (job.world().is_root()) stage.require_model(model.sha256());
    job.world().barrier();  // no rank computes if saved work belongs to another model
    const std::optional<ExitStatus> stop = stage.work(model);
    model.log_traffic(job);
    if (stop) return job.stopped(*stop, before, stage.saved());
  } else if (job.world().is_root()) {
    stage.require_model(directory.fingerprint());
  }
  if (job.world().is_root()) stage.write_results();
  if (!stage.only_reports()) job.finished();
  return ExitStatus::done;
}

}  // namespace pinpoint::stages
