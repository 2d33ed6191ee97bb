#include "study/results/tune_log.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <variant>

#include "system/base/check.h"
#include "system/files/text_file.h"

namespace pinpoint::results {
namespace {

std::string line_of(const TuneStep& step) {
  nlohmann::ordered_json line{{"step", step.step}};
  for (const StepNumber& number : step_numbers)
    std::visit([&](auto member) { line[std::string(number.name)] = step.*member; }, number.member);
  return line.dump() + "\n";
}

/// Whether the line has the keys of a step and this number.
bool is_step(const std::string& line, std::size_t number) {
  const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  return json.is_object() && json.size() == 1 + step_numbers.size() && json.value("step", json) == number &&
         std::ranges::all_of(step_numbers, [&](const StepNumber& known) { return json.contains(known.name); });
}

}  // namespace

void write_tune_log(const std::filesystem::path& file, const std::vector<TuneStep>& history) {
  std::string lines;
  for (const TuneStep& step : history) lines += line_of(step);
  files::write_atomically(file, lines);
}

bool is_tune_log_of(const std::filesystem::path& file, const std::vector<TuneStep>& history) {
  if (!std::filesystem::exists(file)) return true;
  std::istringstream lines(files::read_file(file));
  std::size_t step = 0;
  for (std::string line; std::getline(lines, line) && !lines.eof(); ++step) {
    const bool saved = step < history.size();
    if (history.empty() || !(saved ? line + "\n" == line_of(history[step]) : is_step(line, step + 1))) return false;
  }
  return true;
}

void append_to_tune_log(const std::filesystem::path& file, const TuneStep& step) {
  std::ofstream out(file, std::ios::app | std::ios::binary);
  out << line_of(step) << std::flush;
  validate(out.good(), "{}: cannot be written; check permissions and free space", file.string());
}

}  // namespace pinpoint::results
