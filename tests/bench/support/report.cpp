#include "bench/support/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

#include "bench/support/machine.h"
#include "system/base/check.h"

namespace pinpoint::bench {
namespace {

using nlohmann::ordered_json;

constexpr const char* columns = "{:<48} {:>15} {:>15}   {:<23} {}\n";

void append(const std::filesystem::path& file, const ordered_json& line) {
  if (file.empty()) return;
  std::ofstream out(file, std::ios::app);
  out << line.dump() << '\n';
  out.flush();
  validate(out.good(), "--json: {} cannot be written; name another file", file.string());
}

/// Three significant digits, without exponents.
std::string digits(double value) {
  const int before_point = value == 0 ? 1 : static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1;
  return fmt::format("{:.{}f}", value, std::max(0, 3 - before_point));
}

std::string with_unit(double value, const std::string& unit) {
  return digits(value) + (unit.empty() ? "" : " ") + unit;
}

std::string judged(const Comparison& comparison) {
  if (!comparison.target) return {};
  const bool reached = comparison.ratio.median >= *comparison.target;
  return fmt::format("{} {}", digits(*comparison.target), reached ? "reached" : "missed");
}

}  // namespace

Report::Report(std::string benchmark, std::string figure, std::string reference)
    : benchmark_(std::move(benchmark)), figure_(std::move(figure)), reference_(std::move(reference)) {}

void Report::write_to(const std::filesystem::path& json) { json_ = json; }

void Report::begin(int threads) const {
  const Machine machine = this_machine();
  fmt::print("{}: {}, {}, load before {:.2f}\n{}; {} thread{} a rank\n\n", machine.date, machine.processor,
             machine.matrix_units, machine.load_before, machine.libraries, threads, threads == 1 ? "" : "s");
  fmt::print(columns, benchmark_, figure_, reference_, "ratio (quartiles)", "target");
  append(json_, {{"benchmark", benchmark_},
                 {"date", machine.date},
                 {"processor", machine.processor},
                 {"matrix_units", machine.matrix_units},
                 {"libraries", machine.libraries},
                 {"load_before", machine.load_before},
                 {"threads", threads},
                 {"figure", figure_},
                 {"reference", reference_}});
}

void Report::add(const Comparison& comparison) const {
  const auto& [what, figure, reference, unit, ratio, target, details] = comparison;
  fmt::print(columns, what, with_unit(figure, unit), with_unit(reference, unit),
             fmt::format("{} ({} .. {})", digits(ratio.median), digits(ratio.low), digits(ratio.high)),
             judged(comparison));
  std::fflush(stdout);
  ordered_json line = {{"benchmark", benchmark_},
                       {"what", what},
                       {"figure", figure},
                       {"reference", reference},
                       {"unit", unit},
                       {"ratio", ratio.median},
                       {"ratio_low", ratio.low},
                       {"ratio_high", ratio.high}};
  if (target) line["target"] = *target;
  for (const auto& [name, value] : details) line[name] = value;
  append(json_, line);
}

}  // namespace pinpoint::bench
