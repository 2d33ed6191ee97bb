/// \file
/// Reads MMLU's own files, SPLIT/SUBJECT.csv or SPLIT/SUBJECT_SPLIT.csv (Hendrycks et al. 2021,
/// github.com/hendrycks/test). They have no header and one question per row: question, four options, correct letter.
/// Copies of other programs with the header "question,A,B,C,D,answer" are read too.
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

/// A question's id is "mmlu/SPLIT/SUBJECT/ROW", questions counted from 1 in each file. Folders, hidden files such as
/// macOS's "._SUBJECT.csv", and the lock files "~$SUBJECT.csv" of spreadsheets are skipped.
/// \throws UserError if there are no such files, a file has no question, two files have the same subject, or
///         "FILE:LINE: ..." for a malformed row
MmluSplit read_mmlu(const std::filesystem::path& folder, const std::string& split);

}  // namespace pinpoint::datasets
