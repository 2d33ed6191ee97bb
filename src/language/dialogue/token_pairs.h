/// \file
/// Encodes pairs of prompts as token ids.
#pragma once

#include <cstdint>
#include <vector>

#include "language/dialogue/prompt_pair.h"
#include "language/text/dialogue_encoder.h"

namespace pinpoint::dialogue {

/// Limits of a model.
struct PromptLimits {
  std::int64_t vocabulary = 0;     ///< ids are smaller
  std::int64_t max_positions = 0;  ///< longest prompt, in tokens, that the model is made for
};

struct TokenPairs {
  std::vector<TokenPair> pairs;
  std::int64_t too_long = 0;  ///< prompts (two per pair) of more than `max_positions` tokens; worth a warning
};

/// Whether a pair has messages. `tokenize_pairs` then needs an encoder.
bool hold_messages(const std::vector<AnyPair>& pairs);

/// Messages are encoded up to the opening of the assistant's reply. Token ids are used unchanged.
/// \param encoder may be null if no pair has messages
/// \throws UserError, naming the pair, for an id outside the vocabulary or messages that the template cannot represent
TokenPairs tokenize_pairs(const std::vector<AnyPair>& pairs, const text::DialogueEncoder* encoder,
                          const PromptLimits& limits);

}  // namespace pinpoint::dialogue
