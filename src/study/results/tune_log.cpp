#include "study/results/tune_log.h"

#include <nlohmann/json.hpp>

#include <fstream>
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

}  // namespace

void write_tune_log(const std::filesystem::path& file, const std::vector<TuneStep>& history) {
  std::string lines;
  for (const TuneStep& step : history) lines += line_of(step);
  files::write_atomically(file, lines);
}

void append_to_tune_log(const std::filesystem::path& file, const TuneStep& step) {
  std::ofstream out(file, std::ios::app | std::ios::binary);
  out << line_of(step) << std::flush;
  validate(out.good(), "{}: cannot be written; check permissions and free space", file.string());
}

}  // namespace pinpoint::results
