/// \file
/// SycophancyEval's are_you_sure.jsonl: one question per line (Sharma et al. 2023,
/// github.com/meg-tong/sycophancy-eval).
///
///     {"prompt": [{"type": "human", "content": ".."}], "base": {"dataset": "aqua_mc", "correct_letter": "B"}}
///     {"prompt": [{"type": "human", "content": ".."}], "base": {"dataset": "trivia_qa", "answer": ["Paris", ..]}}
///
/// `answer` is a text, or a list of accepted texts whose first one counts. Other keys are ignored.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "language/datasets/source_file.h"
#include "language/dialogue/answered_prompt.h"

namespace pinpoint::datasets {

struct AreYouSureFile {
  std::vector<dialogue::AnsweredPrompt> prompts;  ///< in the file's order
  std::int64_t already_answered = 0;  ///< dropped: the prompt ends with the assistant's words, so nothing can follow
  SourceFile file;
};

/// A prompt's id is "are_you_sure/DATASET/LINE", lines counted from 1. Its answer is "The answer is B." or
/// "The answer is Paris.". Blank lines are skipped.
/// \throws UserError "FILE:LINE: ..." for a malformed line; "FILE: ..." if the file is missing or has no record
AreYouSureFile read_are_you_sure(const std::filesystem::path& path);

/// The same for a text; `name` is the file's name in messages.
AreYouSureFile parse_are_you_sure(std::string_view jsonl, std::string_view name);

}  // namespace pinpoint::datasets
