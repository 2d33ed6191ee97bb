/// \file
/// What every benchmark is told on its command line.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <filesystem>

#include "bench/support/report.h"
#include "model/transformer/options.h"
#include "study/patching/arithmetic.h"

namespace pinpoint::bench {

struct BenchOptions {
  bool quick = false;  ///< tiny shapes: does it run at all?
  std::int64_t rounds = 9;
  int threads = 1;  ///< per rank
  std::filesystem::path json;
};
void add_options(CLI::App& app, BenchOptions& options);
void add_dtype(CLI::App& app, transformer::DType& dtype);
void add_arithmetic(CLI::App& app, patching::Arithmetic& arithmetic);

/// Sets the threads and begins the report.
void begin(Report& report, const BenchOptions& options);

/// Parses the command line, runs `body`, tells errors; the exit status.
int run_benchmark(CLI::App& app, int argc, char** argv, const std::function<void()>& body);

}  // namespace pinpoint::bench
