/// \file
/// Optimisation of a small model by LibTorch's autograd and AdamW, the work of every step shared by the ranks.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "demo/trainable_llama.h"
#include "parallel/communicator.h"
#include "text/message.h"

namespace pinpoint::demo {

class Training {
 public:
  /// Trains the weights whose name `chosen` accepts, with AdamW (betas 0.9/0.95) and gradients clipped to norm 1. All
  /// ranks hold the same `model`, and do so after every step.
  Training(TrainableLlama& model, const std::function<bool(std::string_view name)>& chosen, double weight_decay,
           parallel::Communicator ranks);
  ~Training();

  /// One step on `batch`: the mean cross-entropy over the tokens of all replies, before the step. The batch is always
  /// cut into the same micro-batches, so that the weights' bits do not depend on the number of ranks.
  /// \param head_mask [L, B, H] multiplied with the heads' outputs; undefined for none
  double step(const std::vector<text::Dialogue>& batch, double learning_rate, const at::Tensor& head_mask = {});

 private:
  struct Optimizer;
  at::Tensor micro_batch_gradient(const std::vector<text::Dialogue>& part, std::int64_t all_targets,
                                  const at::Tensor& head_mask);

  const TrainableLlama& model_;
  parallel::Communicator ranks_;
  std::unique_ptr<Optimizer> optimizer_;
};

}  // namespace pinpoint::demo
