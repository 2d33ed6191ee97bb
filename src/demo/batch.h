/// \file
/// Dialogues as tensors.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "text/message.h"

namespace pinpoint::demo {

/// Token ids of a dialogue: every message behind its turn's mark, an assistant's one closed by "</s>".
std::vector<std::int64_t> tokens_of(const text::Dialogue& dialogue);

/// Tokens of its last message that are to be predicted: the words and the end.
std::int64_t count_targets(const text::Dialogue& dialogue);

/// Dialogues one below the other, the shorter ones padded at their end.
struct Batch {
  at::Tensor ids;        ///< [B, T] what the model reads
  at::Tensor positions;  ///< [targets] places in ids.flatten() whose next token is to be predicted
  at::Tensor targets;    ///< [targets] those tokens: the last assistant message and its end
};
Batch make_batch(const std::vector<text::Dialogue>& dialogues);

}  // namespace pinpoint::demo
