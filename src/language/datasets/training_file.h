/// \file
/// train.jsonl, a training dialogue a line, as messages or as token ids:
///
///     {"messages": [{"role": "user", "content": ".."}, .., {"role": "assistant", "content": ".."}]}
///     {"tokens": [1, 2, ..], "labels": [0, 1, ..]}
///
/// A line may also carry `id` and `question_key`.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "language/dialogue/training_tokens.h"

namespace pinpoint::datasets {

/// In the file's order; blank lines are passed over.
/// \throws UserError "FILE:LINE: ..." for a line that is no such dialogue: messages with a fault or that do not end
/// with
///         the assistant's, labels that are not 0 or 1, as many as tokens, at least one of them 1, and not the first;
///         "FILE: ..." for a file that is missing or holds no dialogue
std::vector<dialogue::PlacedDialogue> read_training(const std::filesystem::path& path);

/// The same for a text; `name` stands for the file in messages.
std::vector<dialogue::PlacedDialogue> parse_training(std::string_view jsonl, std::string_view name);

}  // namespace pinpoint::datasets
