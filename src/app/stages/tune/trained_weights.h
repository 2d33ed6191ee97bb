/// \file
/// The weights that a run trains, by `tune.method`, and how their state is saved and restored.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/stages/model_loading.h"
#include "app/stages/tune/inputs.h"
#include "study/results/checkpoint_file.h"
#include "study/tuning/parameters.h"

namespace pinpoint::stages {

class TrainedWeights {
 public:
  virtual ~TrainedWeights() = default;

  virtual tuning::Parameters& parameters() = 0;
  /// "33554432 parameters in 32 heads of layers 4 to 29".
  virtual std::string describe() const = 0;
  /// The number of parameters on this rank. Gradients and each of the two moments have as many numbers.
  std::int64_t own_parameters();

  /// Completes `checkpoint` with the parameters' state and writes it into `folder`. Collective.
  virtual void write(const std::filesystem::path& folder, results::Checkpoint checkpoint, std::int64_t keep) = 0;
  /// Restores the parameters from a checkpoint. Collective.
  virtual void restore(results::SavedCheckpoint& saved) = 0;
};

/// \pre all references outlive the result
std::unique_ptr<TrainedWeights> make_trained_weights(const Job& job, const TuneInputs& inputs,
                                                     const LoadedModel& weights);

}  // namespace pinpoint::stages
