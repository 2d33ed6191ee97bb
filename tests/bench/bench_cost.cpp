/// \file
/// The cost of a sweep as layers, heads, width, prompts and samples grow, one at a time, compared with the formula of
/// docs/patching.md. A ratio below 1 means that time grows faster than the arithmetic.

#include <fmt/format.h>

#include "bench/support/bench_options.h"
#include "bench/support/sweep_formula.h"

namespace pinpoint::bench {
namespace {

struct Arguments {
  BenchOptions common;
  std::vector<std::int64_t> factors{2, 4};
};

/// A symbol, and the shape in which it is larger by a factor.
struct Growth {
  const char* symbol;
  std::function<void(SweepShape&, std::int64_t)> grow;
};

/// The width grows together with the MLP. The number of heads grows at constant width. So one symbol of the formula
/// changes at a time, as far as a Llama allows.
std::vector<Growth> growths() {
  return {{"L", [](SweepShape& shape, std::int64_t k) { shape.model.layers *= k; }},
          {"H",
           [](SweepShape& shape, std::int64_t k) {
             shape.model.heads *= k;
             shape.model.kv_heads *= k;
             shape.model.head_width /= k;
           }},
          {"d and f",
           [](SweepShape& shape, std::int64_t k) {
             shape.model.width *= k;
             shape.model.head_width *= k;
             shape.model.mlp_width *= k;
           }},
          {"T and Ts",
           [](SweepShape& shape, std::int64_t k) {
             shape.tokens *= k;
             shape.suffix *= k;
           }},
          {"N", [](SweepShape& shape, std::int64_t k) { shape.samples *= k; }}};
}

SweepShape small_sweep(const BenchOptions& options) {
  SweepShape shape = quick_sweep();
  if (!options.quick) shape = {.model = llama_shape(6, 8, 512, 1376, 1000), .samples = 4, .tokens = 64, .suffix = 32};
  shape.model.max_positions *= 64;
  return shape;
}

void sweep(const Workload& workload) {
  transformer::Operations operations;
  workload.walk({}, operations);
}

void compare(const Arguments& arguments, const Report& report) {
  const SweepShape base = small_sweep(arguments.common);
  const Workload small(base);
  for (const Growth& growth : growths())
    for (const std::int64_t factor : arguments.factors) {
      SweepShape shape = base;
      growth.grow(shape, factor);
      const Workload grown(shape);
      const Rounds rounds =
          time_in_turns(arguments.common.rounds, Calls::often, {[&] { sweep(small); }, [&] { sweep(grown); }});
      const double formula = sweep_operations(shape) / sweep_operations(base);
      report.add({.what = fmt::format("{} x {}: {:.1f} GFLOP in {:.3f} s", growth.symbol, factor,
                                      1e-9 * sweep_operations(shape), rounds.seconds(1).median),
                  .figure = rounds.ratio(1, 0).median,
                  .reference = formula,
                  .unit = "times",
                  .ratio = rounds.ratio(0, 1, formula),
                  .target = {},
                  .details = {{"factor", static_cast<double>(factor)},
                              {"gflop", 1e-9 * sweep_operations(shape)},
                              {"seconds", rounds.seconds(1).median},
                              {"base_gflop", 1e-9 * sweep_operations(base)},
                              {"base_seconds", rounds.seconds(0).median}}});
    }
}

}  // namespace
}  // namespace pinpoint::bench

int main(int argc, char** argv) {
  using namespace pinpoint::bench;
  CLI::App app("The cost of a sweep as its sizes grow, beside the formula");
  Arguments arguments;
  add_options(app, arguments.common);
  app.add_option("--factors", arguments.factors, "By how much each size grows")
      ->check(CLI::PositiveNumber)
      ->delimiter(',')
      ->capture_default_str();
  Report report("cost", "time grows", "formula");
  return run_benchmark(app, argc, argv, [&] {
    begin(report, arguments.common);
    compare(arguments, report);
  });
}
