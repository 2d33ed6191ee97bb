/// \file
/// Reads train.jsonl: one training dialogue per line, as messages or as token ids.
///
///     {"messages": [{"role": "user", "content": ".."}, .., {"role": "assistant", "content": ".."}]}
///     {"tokens": [1, 2, ..], "labels": [0, 1, ..]}
///
/// A line may also carry `id` and `question_key`.
#pragma once

#include <string_view>
#include <vector>

#include "language/dialogue/training_tokens.h"

namespace pinpoint::datasets {

/// The dialogues of `jsonl` in its order. Blank lines are skipped. \param name the file's name in messages
/// \throws UserError "FILE:LINE: ..." for a line that is not a dialogue. Messages must have no fault and end with the
///         assistant's. There must be one label per token, 0 or 1, at least one 1, and 0 for the first token.
///         "FILE: ..." if there is no dialogue.
std::vector<dialogue::PlacedDialogue> parse_training(std::string_view jsonl, std::string_view name);

}  // namespace pinpoint::datasets
