/// \file
/// What a benchmark prints: the machine, then a line per comparison; and the same as JSON lines, for tables and plots.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "bench/support/paired_timing.h"

namespace pinpoint::bench {

/// A figure beside what it is held to. All benchmarks give ratios that are better the larger they are.
struct Comparison {
  std::string what;
  double figure = 0;
  double reference = 0;
  std::string unit;  ///< of both
  Spread ratio;
  std::optional<double> target;           ///< of the ratio
  std::map<std::string, double> details;  ///< in the JSON alone: what a plot needs besides
};

class Report {
 public:
  /// \param figure, reference heads of the columns: "row phase", "at::linear"
  Report(std::string benchmark, std::string figure, std::string reference);

  /// Also appends every comparison to `json`, a JSON object a line, and the machine before them.
  void write_to(const std::filesystem::path& json);
  /// Prints where and with what this is measured, and the heads of the columns.
  void begin(int threads) const;
  void add(const Comparison& comparison) const;

 private:
  std::string benchmark_, figure_, reference_;
  std::filesystem::path json_;
};

}  // namespace pinpoint::bench
