/// \file
/// What a model is tuned on (method: section 5): a dialogue, of whose tokens some are targets.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "language/text/message.h"
#include "language/text/tokenizer.h"

namespace pinpoint::dialogue {

/// A dialogue as token ids; at least one token is a target, never the first (nothing precedes it).
struct TrainingDialogue {
  text::TokenIds tokens;
  std::vector<std::uint8_t> labels;  ///< [tokens] 1: this token is a target
  bool operator==(const TrainingDialogue&) const = default;

  std::int64_t length() const { return static_cast<std::int64_t>(tokens.size()); }
  std::int64_t targets() const;
};

/// A line of train.jsonl holds either kind; the messages end with the assistant's.
using AnyTrainingDialogue = std::variant<text::Dialogue, TrainingDialogue>;

}  // namespace pinpoint::dialogue
