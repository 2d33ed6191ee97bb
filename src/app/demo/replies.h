/// \file
/// A model's replies to the world's dialogues.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "language/text/message.h"
#include "language/text/tokenizer.h"
#include "model/transformer/transformer.h"

namespace pinpoint::demo {

/// Logits [prompts, V] of the token that follows each prompt. Prompts may have any lengths.
at::Tensor next_logits(const transformer::Transformer& transformer, const std::vector<text::TokenIds>& prompts);

/// The model's greedy replies in place of the last assistant message of each dialogue: [dialogues, n] tokens, as many
/// as the dialogues' own replies have. \pre all of these are equally long
at::Tensor replies_to(const transformer::Transformer& transformer, const std::vector<text::Dialogue>& dialogues);

/// The dialogues' own replies, [dialogues, n].
at::Tensor own_replies(const std::vector<text::Dialogue>& dialogues);

/// The tokens of each dialogue before its reply.
std::vector<text::TokenIds> prompts_of(const std::vector<text::Dialogue>& dialogues);

}  // namespace pinpoint::demo
