/// \file
/// Pairs of prompts to pairs of token ids.
#pragma once

#include <cstdint>
#include <vector>

#include "language/dialogue/prompt_pair.h"
#include "language/text/dialogue_encoder.h"

namespace pinpoint::dialogue {

/// What a model can be given.
struct PromptLimits {
  std::int64_t vocabulary = 0;     ///< ids are below
  std::int64_t max_positions = 0;  ///< longest prompt it was made for
};

struct TokenPairs {
  std::vector<TokenPair> pairs;
  std::int64_t too_long = 0;  ///< prompts (two a pair) of more than `max_positions` tokens, which is worth a warning
};

/// Whether some pair holds messages, for which `tokenize_pairs` needs an encoder.
bool hold_messages(const std::vector<AnyPair>& pairs);

/// Messages are encoded up to where the assistant's reply opens; token ids are used as they are.
/// \param encoder may be null if no pair holds messages
/// \throws UserError, naming the pair, for an id outside the vocabulary or messages that the template cannot show
TokenPairs tokenize_pairs(const std::vector<AnyPair>& pairs, const text::DialogueEncoder* encoder,
                          const PromptLimits& limits);

}  // namespace pinpoint::dialogue
