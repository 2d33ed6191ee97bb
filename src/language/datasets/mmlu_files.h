/// \file
/// MMLU's own files: SPLIT/SUBJECT.csv or SPLIT/SUBJECT_SPLIT.csv, a question a row without a header: question, four
/// options, correct letter (Hendrycks et al. 2021, github.com/hendrycks/test).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "language/dialogue/question.h"

namespace pinpoint::datasets {

/// A file that questions were read from, for the manifest of what was made of them.
struct SourceFile {
  std::string name;  ///< relative to the data set's folder
  std::string sha256;
  std::int64_t rows = 0;
};

struct MmluSplit {
  std::vector<dialogue::Question> questions;  ///< by file name, then as in the file
  std::vector<SourceFile> files;
};

/// A question's id is "mmlu/SPLIT/SUBJECT/ROW", rows counted from 1 in each file.
/// \throws UserError if there are no such files, or "FILE:LINE: ..." for a row that is no such question
MmluSplit read_mmlu(const std::filesystem::path& folder, const std::string& split);

}  // namespace pinpoint::datasets
