/// \file
/// Tuning step by step, of chosen heads or of every weight (docs/tuning.md; docs/method.md, 5 and 6).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "model/transformer/transformer.h"
#include "study/tuning/gradient_walk.h"
#include "study/tuning/lower_layers.h"
#include "study/tuning/parameters.h"
#include "system/parallel/communicator.h"

namespace pinpoint::tuning {

/// Memory and size of the rounds of a rank.
struct Room {
  std::int64_t micro_batch = 1;  ///< dialogues per round, the same on every rank; bits depend on it
  double tape_bytes = 0;         ///< for activations that the backward walk needs
  double cache_bytes = 0;        ///< for the kept output of the lower layers
};

struct StepResult {
  double loss = 0;           ///< mean over the targets of the batch, before the update
  double grad_norm = 0;      ///< of all parameters together, before clipping
  std::int64_t tokens = 0;   ///< of the batch
  std::int64_t targets = 0;  ///< of the batch
};

/// Asked between the rounds of a step, on every rank, with the share of the rounds that are done. True on all ranks:
/// the step is given up. Empty: never.
using GivesUp = std::function<bool(double share)>;

class Tuner {
 public:
  /// \pre `parameters` outlive the tuner
  Tuner(Parameters& parameters, const TuneOptions& options, Room room, parallel::Communicator world);
  Tuner(const Tuner&) = delete;
  Tuner& operator=(const Tuner&) = delete;

  /// Makes one update. The loss is the mean over all targets of `batch`, however it is divided among ranks and rounds.
  /// Sums over ranks are added in order of rank. So the bits depend only on `micro_batch`, on the number of ranks and,
  /// if every weight is trained, on the size of a group. Collective. \param step from 1, for messages
  /// \throws Failure on every rank when a loss or gradient is not finite (nothing has been updated then), or when a
  ///         parameter is not finite after the update
  StepResult step(std::int64_t step, const std::vector<IndexedDialogue>& batch, double learning_rate,
                  const HeadFactors& factors = {}) {
    return *step_unless(step, batch, learning_rate, factors, {});
  }
  /// The same, or nothing if `gives_up` ended the step; nothing has been updated then.
  std::optional<StepResult> step_unless(std::int64_t step, const std::vector<IndexedDialogue>& batch,
                                        double learning_rate, const HeadFactors& factors, const GivesUp& gives_up);

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
