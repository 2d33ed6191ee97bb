/// \file
/// pairs.jsonl, a pair of prompts a line, as messages or as token ids:
///
///     {"id": "..", "reference": [{"role": "user", "content": ".."}, ..], "counterfactual": [..]}
///     {"id": "..", "reference_tokens": [1, 2, ..], "counterfactual_tokens": [..]}
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "language/dialogue/prompt_pair.h"

namespace pinpoint::datasets {

/// In the file's order. A line without an id has its number, from 1, as its id; blank lines are passed over.
/// \throws UserError "FILE:LINE: ..." for a line that is no such pair, whose dialogues have a fault or do not end with
///         the user's message, or whose id another line has; "FILE: ..." for a file that is missing or has no pair
std::vector<dialogue::AnyPair> read_pairs(const std::filesystem::path& path);

/// The same for a text; `name` stands for the file in messages.
std::vector<dialogue::AnyPair> parse_pairs(std::string_view jsonl, std::string_view name);

/// The bytes of such a file.
std::string to_jsonl(const std::vector<dialogue::PromptPair>& pairs);

}  // namespace pinpoint::datasets
