/// \file
/// A tuning, a step at a time, whatever is trained (docs/tuning.md; method: sections 5, 6).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/transformer/transformer.h"
#include "study/tuning/gradient_walk.h"
#include "study/tuning/lower_layers.h"
#include "study/tuning/parameters.h"
#include "system/parallel/communicator.h"

namespace pinpoint::tuning {

/// What a rank may take.
struct Room {
  std::int64_t micro_batch = 1;  ///< dialogues of a round, the same on every rank; bits depend on it
  double tape_bytes = 0;         ///< for activations that wait for the backward walk
  double cache_bytes = 0;        ///< for what leaves the lower layers
};

struct StepResult {
  double loss = 0;           ///< mean over the batch's targets, before the update
  double grad_norm = 0;      ///< of all parameters together, before clipping
  std::int64_t tokens = 0;   ///< of the batch
  std::int64_t targets = 0;  ///< of the batch
};

class Tuner {
 public:
  /// \pre `parameters` outlive the tuner
  Tuner(Parameters& parameters, const TuneOptions& options, Room room, parallel::Communicator world);
  Tuner(const Tuner&) = delete;
  Tuner& operator=(const Tuner&) = delete;

  /// One update. The loss is the mean over all targets of `batch`, however it is divided over ranks and rounds; sums
  /// over ranks are added in order of rank, so that the bits depend on the number of ranks (where every weight is
  /// trained also on the size of a group) and on `micro_batch` alone. Collective. \param step from 1, for messages
  /// \throws Failure on every rank when a loss or gradient is no number, and nothing has been updated then; or when a
  ///         parameter is none after the update
  StepResult step(std::int64_t step, const std::vector<IndexedDialogue>& batch, double learning_rate,
                  const HeadFactors& factors = {});

  const LowerLayers& lower_layers() const { return lower_layers_; }

 private:
  std::vector<IndexedDialogue> my_share(const std::vector<IndexedDialogue>& batch) const;

  Parameters& parameters_;
  TuneOptions options_;
  Room room_;
  parallel::Communicator world_;
  transformer::Transformer transformer_;
  LowerLayers lower_layers_;
  GradientWalk walk_;
};

}  // namespace pinpoint::tuning
