/// \file
/// Reads and writes pairs.jsonl: one pair of prompts per line, as messages or as token ids.
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

/// In the file's order. A line without an id gets its number, from 1, as its id. Blank lines are skipped.
/// \throws UserError "FILE:LINE: ..." for a line that is not a pair, a dialogue with a fault, a dialogue that does not
///         end with the user's message, and a repeated id; "FILE: ..." if the file is missing or has no pair
std::vector<dialogue::AnyPair> read_pairs(const std::filesystem::path& path);

/// The same for a text; `name` is the file's name in messages.
std::vector<dialogue::AnyPair> parse_pairs(std::string_view jsonl, std::string_view name);

/// The bytes of a file with these pairs.
std::string to_jsonl(const std::vector<dialogue::PromptPair>& pairs);

}  // namespace pinpoint::datasets
