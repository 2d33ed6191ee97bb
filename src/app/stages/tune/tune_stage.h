/// \file
/// The tuning as a stage: supervised training of the chosen heads (SPT), or of every weight (SFT).
#pragma once

#include <optional>
#include <string>

#include "app/stages/stage.h"
#include "app/stages/tune/inputs.h"
#include "app/stages/tune/progress.h"
#include "model/transformer/model_config.h"

namespace pinpoint::stages {

/// Its results are the newest checkpoint and tune.jsonl, which its progress writes.
class TuneStage final : public Stage {
 public:
  /// Collective. \pre both references outlive the stage
  TuneStage(const Job& job, const transformer::ModelConfig& model);

  bool is_finished() const override;
  SavedWork saved() const override;
  planning::Placement place_weights() override;
  void require_model(const std::string& sha256) override;
  std::optional<ExitStatus> work(const LoadedModel& model) override;
  void write_results() override;

 private:
  const Job& job_;
  const transformer::ModelConfig& model_;
  TuneInputs inputs_;
  TuneProgress progress_;
};

}  // namespace pinpoint::stages
