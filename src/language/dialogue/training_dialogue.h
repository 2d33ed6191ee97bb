/// \file
/// A training dialogue (docs/method.md, 5.2). Some of its tokens are targets.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "language/text/message.h"
#include "language/text/tokenizer.h"

namespace pinpoint::dialogue {

/// A dialogue as token ids. At least one token is a target. The first token is not: nothing precedes it.
struct TrainingDialogue {
  text::TokenIds tokens;
  std::vector<std::uint8_t> labels;  ///< [tokens] 1: target
  bool operator==(const TrainingDialogue&) const = default;

  std::int64_t length() const { return static_cast<std::int64_t>(tokens.size()); }
  std::int64_t targets() const;
};

/// A line of train.jsonl is one or the other. Messages end with the assistant's.
using AnyTrainingDialogue = std::variant<text::Dialogue, TrainingDialogue>;

}  // namespace pinpoint::dialogue
