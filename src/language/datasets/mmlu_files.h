/// \file
/// Reads MMLU's own files, SPLIT/SUBJECT.csv or SPLIT/SUBJECT_SPLIT.csv (Hendrycks et al. 2021,
/// github.com/hendrycks/test). They have no header and one question per row: question, four options, correct letter.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "language/datasets/source_file.h"
#include "language/dialogue/question.h"

namespace pinpoint::datasets {

struct MmluSplit {
  std::vector<dialogue::Question> questions;  ///< ordered by file name, then row
  std::vector<SourceFile> files;
};

/// A question's id is "mmlu/SPLIT/SUBJECT/ROW", rows counted from 1 in each file.
/// \throws UserError if there are no such files, or "FILE:LINE: ..." for a malformed row
MmluSplit read_mmlu(const std::filesystem::path& folder, const std::string& split);

}  // namespace pinpoint::datasets
