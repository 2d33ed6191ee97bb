/// \file
/// The layers below the lowest tuned one. They are constant: what leaves them may be kept from epoch to epoch.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "language/dialogue/training_dialogue.h"
#include "model/transformer/transformer.h"
#include "system/parallel/communicator.h"

namespace pinpoint::tuning {

/// A dialogue of the training set with its index there.
struct IndexedDialogue {
  std::int64_t index = 0;
  const dialogue::TrainingDialogue* dialogue = nullptr;
};

/// The dialogues' tokens, one after the other: [rows] 64-bit, on the CPU.
at::Tensor tokens_of(const std::vector<IndexedDialogue>& dialogues);

/// A product's bits depend on its shape, so each dialogue goes through these layers alone, whatever others are in its
/// round and whatever is kept: keeping changes no bit.
class LowerLayers {
 public:
  /// \param lowest the first layer that is not one of them \param cache_bytes what may be kept on this rank; 0: nothing
  LowerLayers(const transformer::Transformer& transformer, std::int64_t lowest, double cache_bytes,
              parallel::Communicator world);

  /// The residual stream [T, d] of each dialogue as it enters layer `lowest`. Collective: the ranks lease the layers
  /// together, unless none of them needs one.
  std::vector<at::Tensor> residuals(const std::vector<IndexedDialogue>& round);

  /// How many of all rounds' dialogues were not computed anew: kept, or twice in a round.
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
