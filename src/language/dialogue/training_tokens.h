/// \file
/// Training dialogues as messages to token ids with labels.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "language/dialogue/training_dialogue.h"
#include "language/text/dialogue_encoder.h"

namespace pinpoint::dialogue {

struct TrainingLimits {
  std::int64_t vocabulary = 0;  ///< ids are below
  std::int64_t max_length = 0;  ///< tokens; longer dialogues are dropped
};

struct TrainingTokens {
  std::vector<TrainingDialogue> dialogues;  ///< in the order of the file
  std::int64_t too_long = 0;                ///< dropped
};

/// A line of a file, and where it stands ("FILE:LINE"), for messages.
struct PlacedDialogue {
  AnyTrainingDialogue dialogue;
  std::string place;
};

/// Whether some line holds messages, for which `tokenize_training` needs an encoder.
bool hold_messages(const std::vector<PlacedDialogue>& lines);

/// Of messages, the targets are the tokens that the last assistant's message adds to the prompt that opens it: its
/// words and what the family ends it with. Token ids are used as they are. \param encoder may be null if no line holds
/// messages \throws UserError "FILE:LINE: ..." for an id outside the vocabulary, or messages that the template cannot
/// show or
///         whose reply it shows otherwise than after the opened prompt; and when no dialogue is short enough
TrainingTokens tokenize_training(const std::vector<PlacedDialogue>& lines, const text::DialogueEncoder* encoder,
                                 const TrainingLimits& limits);

}  // namespace pinpoint::dialogue
