/// \file
/// The layers below the lowest tuned one. They never change, so their output can be kept from epoch to epoch.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "language/dialogue/training_dialogue.h"
#include "model/transformer/transformer.h"
#include "system/parallel/communicator.h"

namespace pinpoint::tuning {

/// A dialogue of the training set, with its index.
struct IndexedDialogue {
  std::int64_t index = 0;
  const dialogue::TrainingDialogue* dialogue = nullptr;
};

/// The dialogues' tokens, one after the other: [rows] 64-bit, on the CPU.
at::Tensor tokens_of(const std::vector<IndexedDialogue>& dialogues);

/// Each dialogue goes through these layers by itself: a product's bits depend on its shape, and so neither the other
/// dialogues of a round nor what is kept changes a bit.
class LowerLayers {
 public:
  /// \param lowest the lowest tuned layer \param cache_bytes memory for kept outputs on this rank; 0: keep nothing
  LowerLayers(const transformer::Transformer& transformer, std::int64_t lowest, double cache_bytes,
              parallel::Communicator world);

  /// The residual stream [T, d] of each dialogue, the input of layer `lowest`. Collective: the ranks lease the layers
  /// together, unless no rank needs them.
  std::vector<at::Tensor> residuals(const std::vector<IndexedDialogue>& round);

  /// How many dialogues of all rounds were not computed: they were kept, or occurred twice in a round.
  std::int64_t hits() const { return hits_; }

 private:
  std::vector<at::Tensor> compute(const std::vector<IndexedDialogue>& dialogues) const;
  void keep(std::int64_t index, const at::Tensor& residual);

  const transformer::Transformer& transformer_;
  std::int64_t lowest_;
  double room_;  // bytes
  parallel::Communicator world_;
  std::unordered_map<std::int64_t, at::Tensor> kept_;
  std::int64_t hits_ = 0;
};

}  // namespace pinpoint::tuning
