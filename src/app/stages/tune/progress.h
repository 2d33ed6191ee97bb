/// \file
/// OUT/checkpoints and OUT/tune.jsonl: what they already hold of a tuning, whether it belongs to this one, and what
/// every step adds.
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
  /// Collective. Obeys `restart`. \throws UserError when the newest checkpoint belongs to another tuning, as far as it
  /// can be told without the model's weights, or `restart: require` finds none
  TuneProgress(const Job& job, const TuneInputs& inputs, const transformer::ModelConfig& model);

  /// All steps made so far, on every rank.
  const std::vector<results::TuneStep>& history() const { return history_; }
  /// OUT/checkpoints
  const std::filesystem::path& folder() const { return folder_; }
  /// The one that the saved steps were computed with; none where there are none.
  std::optional<std::int64_t> micro_batch() const;

  /// On rank 0: the same question for the weights, which the checkpoints to come name.
  /// \throws UserError naming the difference
  void require_model(const std::string& model_sha256);

  /// Puts what is trained into the saved state, where there is one. Collective.
  void restore(TrainedWeights& trained);

  /// Every rank tells of each step; rank 0 writes its line.
  void add(const results::TuneStep& step);
  /// A checkpoint of the steps so far; where the newest one has them already nothing is done. Collective.
  void save(TrainedWeights& trained, std::int64_t micro_batch);

 private:
  void set_aside();
  void look_at_saved();
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
