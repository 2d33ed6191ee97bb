#include "language/datasets/mmlu_files.h"

#include <algorithm>
#include <array>
#include <map>

#include "system/base/check.h"
#include "system/files/csv.h"
#include "system/files/input_file.h"

namespace pinpoint::datasets {
namespace {

namespace fs = std::filesystem;
using dialogue::Question;

constexpr std::size_t options = 4;

/// "x" as lower-case ASCII.
std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// Files that operating systems and editors leave beside the data.
bool is_left_behind(const std::string& name) { return name.starts_with('.') || name.starts_with("~$"); }

bool is_data(const fs::directory_entry& entry) {
  const fs::path& path = entry.path();
  return lower(path.extension().string()) == ".csv" && !is_left_behind(path.filename().string()) &&
         !entry.is_directory();
}

std::vector<fs::path> csv_files(const fs::path& folder) {
  validate(fs::is_directory(folder),
           "data.sources.mmlu: there is no folder {} (a split is a folder of MMLU); check the path and "
           "data.pairs.split",
           folder.string());
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (is_data(entry)) files.push_back(entry.path());
  }
  validate(!files.empty(), "data.sources.mmlu: {} has no .csv file; give the folder of MMLU's own CSV files",
           folder.string());
  std::ranges::sort(files);
  return files;
}

/// "anatomy" for anatomy_val.csv of the split val.
std::string subject_of(const fs::path& file, const std::string& split) {
  const std::string stem = file.stem().string();
  const std::string suffix = "_" + split;
  return stem.ends_with(suffix) ? stem.substr(0, stem.size() - suffix.size()) : stem;
}

bool is_header(const files::CsvRow& row) {
  constexpr std::array<const char*, 6> names{"question", "a", "b", "c", "d", "answer"};
  return std::ranges::equal(row.fields, names, {}, lower);
}

Question question_of(const files::CsvRow& row, std::string id, const fs::path& file) {
  constexpr std::size_t columns = options + 2;
  validate(row.fields.size() == columns,
           "{}:{}: the row has {} fields where {} are expected (question, A, B, C, D, letter, with commas "
           "between them); correct the row",
           file.string(), row.line, row.fields.size(), columns);
  const std::string& letter = row.fields.back();
  validate(letter.size() == 1 && letter[0] >= 'A' && letter[0] <= 'D',
           "{}:{}: the correct answer is \"{}\" where A, B, C or D is expected; correct the row", file.string(),
           row.line, letter);
  return {std::move(id),
          row.fields.front(),
          {row.fields.begin() + 1, row.fields.end() - 1},
          static_cast<std::size_t>(letter[0] - 'A')};
}

}  // namespace

MmluSplit read_mmlu(const fs::path& folder, const std::string& split) {
  MmluSplit read;
  std::map<std::string, fs::path> file_of_subject;
  for (const fs::path& file : csv_files(folder / split)) {
    const files::InputFile input = files::read_input(file);
    std::vector<files::CsvRow> rows = files::parse_csv(input.bytes, file.string());
    if (!rows.empty() && is_header(rows.front())) rows.erase(rows.begin());
    validate(!rows.empty(), "{}: the file has no question; copy it anew, or remove it", file.string());
    const auto [other, is_new] = file_of_subject.emplace(subject_of(file, split), file);
    validate(is_new, "{}: has the same subject as {} (their questions would have the same ids); keep one of them",
             file.string(), other->second.filename().string());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::string id = fmt::format("mmlu/{}/{}/{}", split, subject_of(file, split), i + 1);
      read.questions.push_back(question_of(rows[i], std::move(id), file));
    }
    read.files.push_back({split + "/" + file.filename().string(), input.sha256, std::ssize(rows)});
  }
  return read;
}

}  // namespace pinpoint::datasets
