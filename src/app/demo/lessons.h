/// \file
/// Steps of a tuning on the world's dialogues, as a recipe draws them.
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
  /// AdamW with betas 0.9 and 0.95, gradients clipped to norm 1. \pre parameters outlive them
  Lessons(tuning::Parameters& parameters, double weight_decay, const parallel::Communicator& ranks);

  /// One update on `batch`, the work shared by the ranks; collective. Returns the loss before it.
  /// \param head_mask [L, batch, H], multiplied with the heads' outputs; undefined for none
  double step(const std::vector<text::Dialogue>& batch, double learning_rate, const at::Tensor& head_mask = {});

 private:
  tuning::Tuner tuner_;
  std::int64_t steps_ = 0;
};

/// A learning rate grows to its largest over the first `steps` of them: the factor at `step`, from 0.
double warm_up(std::int64_t step, std::int64_t steps);

}  // namespace pinpoint::demo
