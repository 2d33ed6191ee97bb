/// \file
/// Encodes training dialogues as token ids with labels (docs/method.md, 5.2).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "language/dialogue/training_dialogue.h"
#include "language/text/dialogue_encoder.h"

namespace pinpoint::dialogue {

struct TrainingLimits {
  std::int64_t vocabulary = 0;  ///< ids are smaller
  std::int64_t max_length = 0;  ///< tokens; longer dialogues are dropped
};

struct TrainingTokens {
  std::vector<TrainingDialogue> dialogues;  ///< in the order of the file
  std::int64_t too_long = 0;                ///< number of dropped dialogues
};

/// A line of a file, with its place ("FILE:LINE") for messages.
struct PlacedDialogue {
  AnyTrainingDialogue dialogue;
  std::string place;
};

/// Whether a line has messages. `tokenize_training` then needs an encoder.
bool hold_messages(const std::vector<PlacedDialogue>& lines);

/// Of messages, the targets are the tokens that the last message of the assistant adds to the prompt that opens it: its
/// text and the token that ends it (`text::encode_reply`). Token ids are used unchanged.
/// \param encoder may be null if no line has messages
/// \throws UserError "FILE:LINE: ..." for an id outside the vocabulary, messages that the template cannot represent,
/// and
///         messages whose tokens do not begin with those of the opened prompt; also if all dialogues are too long
TrainingTokens tokenize_training(const std::vector<PlacedDialogue>& lines, const text::DialogueEncoder* encoder,
                                 const TrainingLimits& limits);

}  // namespace pinpoint::dialogue
