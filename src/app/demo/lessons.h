/// \file
/// Tuning steps on the world's dialogues.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "language/text/message.h"
#include "study/tuning/tuner.h"
#include "system/parallel/communicator.h"

namespace pinpoint::demo {

inline constexpr std::size_t batch_size = 64;

class Lessons {
 public:
  /// AdamW with betas 0.9 and 0.95, gradients clipped to norm 1. \pre `parameters` outlive the object
  Lessons(tuning::Parameters& parameters, double weight_decay, const parallel::Communicator& ranks);

  /// One update on `batch`. The ranks share the work. Collective. \returns the loss before the update
  /// \param head_mask [L, batch, H], multiplied with the heads' outputs; undefined for none
  double step(const std::vector<text::Dialogue>& batch, double learning_rate, const at::Tensor& head_mask = {});

 private:
  tuning::Tuner tuner_;
  std::int64_t steps_ = 0;
};

/// The factor of the learning rate at `step`, from 0. It grows to 1 over the first `steps` steps.
double warm_up(std::int64_t step, std::int64_t steps);

}  // namespace pinpoint::demo
