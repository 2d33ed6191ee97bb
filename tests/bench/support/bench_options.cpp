#include "bench/support/bench_options.h"

#include <fmt/format.h>

#include <map>

#include "system/base/check.h"
#include "system/device/threads.h"

namespace pinpoint::bench {

void add_options(CLI::App& app, BenchOptions& options) {
  app.add_flag("--quick", options.quick, "Tiny shapes: shows that it runs, measures nothing");
  app.add_option("--rounds", options.rounds, "Rounds in which everything is timed in turns")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--threads", options.threads, "Threads of a rank")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--json", options.json, "Append every line to this file, as a JSON object a line");
}

void add_dtype(CLI::App& app, transformer::DType& dtype) {
  static const std::map<std::string, transformer::DType> names = [] {
    std::map<std::string, transformer::DType> by_name;
    for (const transformer::DType each : transformer::all_dtypes) by_name.emplace(name_of(each), each);
    return by_name;
  }();
  app.add_option("--dtype", dtype, "Type of the weights")
      ->transform(CLI::CheckedTransformer(names))
      ->option_text("float32|bf16");
}

void add_arithmetic(CLI::App& app, patching::Arithmetic& arithmetic) {
  using patching::Arithmetic;
  static const std::map<std::string, Arithmetic> names = [] {
    std::map<std::string, Arithmetic> all;
    for (const auto each : {Arithmetic::float32, Arithmetic::difference, Arithmetic::two_parts, Arithmetic::bf16})
      all.emplace(name_of(each), each);
    return all;
  }();
  app.add_option("--arithmetic", arithmetic, "Of the sweep")
      ->transform(CLI::CheckedTransformer(names))
      ->option_text("float32|difference|two_parts|bf16");
}

void begin(Report& report, const BenchOptions& options) {
  device::set_threads(options.threads);
  report.write_to(options.json);
  if (options.quick) fmt::print("Tiny shapes: nothing below is a measurement\n");
  report.begin(options.threads);
}

int run_benchmark(CLI::App& app, int argc, char** argv, const std::function<void()>& body) {
  try {
    app.parse(argc, argv);
    body();
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.status());
  }
}

}  // namespace pinpoint::bench
