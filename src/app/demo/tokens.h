/// \file
/// The world's dialogues as token ids.
#pragma once

#include "language/dialogue/training_dialogue.h"
#include "language/text/message.h"

namespace pinpoint::demo {

/// Each message follows the mark of its turn. An assistant's message ends with "</s>".
text::TokenIds tokens_of(const text::Dialogue& dialogue);

/// The targets are the words of the last message, which is the assistant's, and its "</s>".
dialogue::TrainingDialogue training_dialogue(const text::Dialogue& dialogue);

}  // namespace pinpoint::demo
