/// \file
/// The command line options of all benchmarks.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <filesystem>

#include "bench/support/report.h"
#include "model/transformer/options.h"
#include "study/patching/arithmetic.h"

namespace pinpoint::bench {

struct BenchOptions {
  bool quick = false;  ///< tiny shapes, to see whether it runs
  std::int64_t rounds = 9;
  int threads = 1;  ///< per rank
  std::filesystem::path json;
};
void add_options(CLI::App& app, BenchOptions& options);
void add_dtype(CLI::App& app, transformer::DType& dtype);
void add_arithmetic(CLI::App& app, patching::Arithmetic& arithmetic);

/// Sets the number of threads and begins the report.
void begin(Report& report, const BenchOptions& options);

/// Parses the command line, runs `body` and reports errors. Returns the exit status.
int run_benchmark(CLI::App& app, int argc, char** argv, const std::function<void()>& body);

}  // namespace pinpoint::bench
