/// \file
/// The progress of a tuning, saved in OUT/checkpoints and OUT/tune.jsonl: reads the newest checkpoint, checks that it
/// belongs to this tuning, and adds steps.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/stages/job.h"
#include "app/stages/tune/inputs.h"
#include "app/stages/tune/trained_weights.h"
#include "study/results/checkpoint_file.h"

namespace pinpoint::stages {

class TuneProgress {
 public:
  /// Collective. Follows `restart`. \throws UserError if the newest checkpoint belongs to another tuning
  /// (require_model() compares the weights later), or if `restart: require` finds none
  TuneProgress(const Job& job, const TuneInputs& inputs, const transformer::ModelConfig& model);

  /// All steps made so far, on every rank.
  const std::vector<results::TuneStep>& history() const { return history_; }
  /// Steps of the newest checkpoint, on every rank.
  std::int64_t saved_steps() const { return saved_steps_; }
  /// OUT/checkpoints
  const std::filesystem::path& folder() const { return folder_; }
  /// The micro-batch of the saved steps; none if there are none.
  std::optional<std::int64_t> micro_batch() const;

  /// On rank 0. New checkpoints will name these weights.
  /// \throws UserError if the newest checkpoint or the ranking of the heads belongs to other weights
  void require_model(const std::string& model_sha256);

  /// Restores `trained` from the newest checkpoint, if there is one. Collective.
  void restore(TrainedWeights& trained);

  /// Adds a step. Called on every rank; rank 0 writes its line to tune.jsonl.
  void add(const results::TuneStep& step);
  /// Writes a checkpoint of the steps so far, unless the newest one already has them. Collective.
  void save(TrainedWeights& trained, std::int64_t micro_batch);

 private:
  void look_at_saved();
  /// Damaged files, or those of other models. The next checkpoints would replace them, or be removed as older ones.
  void set_aside_newer_checkpoints() const;
  void require_same_tuning(const std::string& model_sha256) const;

  const Job& job_;
  const TuneInputs& inputs_;
  const transformer::ModelConfig& model_;
  std::filesystem::path folder_, log_;
  std::optional<results::SavedCheckpoint> saved_;
  std::vector<results::TuneStep> history_;
  std::int64_t saved_steps_ = 0;
  std::string model_sha256_;
};

}  // namespace pinpoint::stages
