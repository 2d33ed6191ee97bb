/// \file
/// The world's dialogues as token ids.
#pragma once

#include "language/dialogue/training_dialogue.h"
#include "language/text/message.h"

namespace pinpoint::demo {

/// Every message behind its turn's mark, an assistant's one closed by "</s>".
text::TokenIds tokens_of(const text::Dialogue& dialogue);

/// The targets are the words of its last message, the assistant's, and the end.
dialogue::TrainingDialogue training_dialogue(const text::Dialogue& dialogue);

}  // namespace pinpoint::demo
