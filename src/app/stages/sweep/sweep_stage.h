/// \file
/// The sweep as a stage: the effect of every (layer, head) on the reply's first token, by path patching.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/stages/stage.h"
#include "app/stages/sweep/inputs.h"
#include "app/stages/sweep/progress.h"
#include "app/stages/sweep/results.h"
#include "model/transformer/model_config.h"

namespace pinpoint::stages {

class SweepStage final : public Stage {
 public:
  /// Collective. With `partial`, nothing is computed and the finished blocks are assembled. \pre both references
  /// outlive the stage
  SweepStage(const Job& job, const transformer::ModelConfig& model, Completeness wanted);

  bool is_finished() const override;
  bool only_reports() const override { return wanted_ == Completeness::partial; }
  SavedWork saved() const override;
  planning::Placement place_weights() override;
  void require_model(const std::string& sha256) override;
  std::optional<ExitStatus> work(const LoadedModel& model) override;
  void write_results() override;

 private:
  const Job& job_;
  const transformer::ModelConfig& model_;
  Completeness wanted_;
  SweepInputs inputs_;
  SweepProgress progress_;
  std::int64_t samples_in_memory_ = 0;  // most samples of one walk
  std::string model_sha256_;            // rank 0
};

}  // namespace pinpoint::stages
