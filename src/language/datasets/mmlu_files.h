/// \file
/// MMLU's own files: SPLIT/SUBJECT.csv or SPLIT/SUBJECT_SPLIT.csv, a question a row without a header: question, four
/// options, correct letter (Hendrycks et al. 2021, github.com/hendrycks/test).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "language/datasets/source_file.h"
#include "language/dialogue/question.h"

namespace pinpoint::datasets {

struct MmluSplit {
  std::vector<dialogue::Question> questions;  ///< by file name, then as in the file
  std::vector<SourceFile> files;
};

/// A question's id is "mmlu/SPLIT/SUBJECT/ROW", rows counted from 1 in each file.
/// \throws UserError if there are no such files, or "FILE:LINE: ..." for a row that is no such question
MmluSplit read_mmlu(const std::filesystem::path& folder, const std::string& split);

}  // namespace pinpoint::datasets
