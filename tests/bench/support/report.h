/// \file
/// The output of a benchmark: the machine, then one line per comparison. The same as JSON lines, for tables and plots.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "bench/support/paired_timing.h"

namespace pinpoint::bench {

/// A figure and its reference. In all benchmarks larger ratios are better.
struct Comparison {
  std::string what;
  double figure = 0;
  double reference = 0;
  std::string unit;  ///< of both
  Spread ratio;
  std::optional<double> target;           ///< of the ratio
  std::map<std::string, double> details;  ///< only in the JSON: what a plot needs besides
};

class Report {
 public:
  /// \param figure, reference column headers: "row phase", "at::linear"
  Report(std::string benchmark, std::string figure, std::string reference);

  /// Also appends the machine and every comparison to `json`, one JSON object per line.
  void write_to(const std::filesystem::path& json);
  /// Prints the machine, the libraries and the column headers.
  void begin(int threads) const;
  void add(const Comparison& comparison) const;

 private:
  std::string benchmark_, figure_, reference_;
  std::filesystem::path json_;
};

}  // namespace pinpoint::bench
