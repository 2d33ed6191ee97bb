/// \file
/// S2: the row phase at the layer shapes of Llama-2-7B, Llama-2-70B and the benchmark model, compared with LibTorch's
/// own products of the same shapes and with its floor, the larger of operations / matrix rate and bytes / bandwidth.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "bench/support/bench_options.h"
#include "bench/support/roof.h"
#include "bench/support/row_phase.h"
#include "bench/support/workload.h"
#include "study/patching/tiling.h"

namespace pinpoint::bench {
namespace {

constexpr double target = 0.85;

struct Arguments {
  BenchOptions common;
  std::vector<std::string> shapes;  // empty: all
  std::vector<std::string> kinds{"float32", "widened", "difference", "bf16"};
  std::vector<std::int64_t> tile_rows;  // empty: the program's own choice
};

struct NamedShape {
  std::string name;
  transformer::ModelConfig model;
};

std::vector<NamedShape> shapes_of(const Arguments& arguments) {
  if (arguments.common.quick) return {{"quick", quick_sweep().model}};
  std::vector<NamedShape> chosen;
  for (const NamedShape& shape : {NamedShape{"benchmark", benchmark_sweep().model},
                                  {"7B", llama_shape(32, 32, 4096, 11008, 32000)},
                                  {"70B", llama_shape(80, 64, 8192, 28672, 32000)}})
    if (arguments.shapes.empty() || std::ranges::count(arguments.shapes, shape.name) > 0) chosen.push_back(shape);
  return chosen;
}

/// The things that are timed in turns, in this order.
enum Thing : std::size_t { tile_step, bare_products, large_product, long_read };

struct Measurement {
  std::int64_t rows = 0;
  Rounds rounds;
  double operations = 0;      // per step
  double bytes = 0;           // of the weights, read once per step
  double large_products = 0;  // large products with as many operations
  double long_reads = 0;      // sums that read as many bytes

  double gflops(Thing thing) const { return 1e-9 * operations / rounds.seconds(thing).median; }
};

Measurement measure(const BenchOptions& options, const SingleLayer& layer, std::int64_t rows,
                    patching::Arithmetic arithmetic) {
  RowPhase tile(layer, rows, arithmetic);
  const BareProducts products(layer, rows, arithmetic);
  const LargeProduct large(products.type());
  const LongRead read;
  const at::Tensor& gate = layer.weights().gate;  // [f, d], as large as `up` and `down`
  const auto operations = static_cast<double>(3 * 2 * rows * gate.numel());
  const auto bytes = static_cast<double>(3 * gate.nbytes());
  return {.rows = rows,
          .rounds = time_in_turns(
              options.rounds, Calls::often,
              {[&] { tile.step(); }, [&] { products.step(); }, [&] { large.step(); }, [&] { read.step(); }}),
          .operations = operations,
          .bytes = bytes,
          .large_products = operations / large.operations(),
          .long_reads = bytes / read.bytes()};
}

Comparison against_linear(const std::string& name, const Measurement& m) {
  const double matrix_seconds = m.large_products * m.rounds.seconds(large_product).median;
  const double read_seconds = m.long_reads * m.rounds.seconds(long_read).median;
  return {.what = fmt::format("{}, {} rows", name, m.rows),
          .figure = m.gflops(tile_step),
          .reference = m.gflops(bare_products),
          .unit = "GFLOP/s",
          .ratio = m.rounds.ratio(bare_products, tile_step),
          .target = target,
          .details = {{"rows", static_cast<double>(m.rows)},
                      {"operations_per_byte", m.operations / m.bytes},
                      {"matrix_gflops", 1e-9 * m.operations / matrix_seconds},
                      {"read_gbytes", 1e-9 * m.bytes / read_seconds}}};
}

/// The same tile compared with its floor, the longer of multiplying and reading.
Comparison against_floor(Comparison line, const Measurement& m) {
  const Spread multiplying = m.rounds.ratio(large_product, tile_step, m.large_products);
  const Spread reading = m.rounds.ratio(long_read, tile_step, m.long_reads);
  const bool is_compute_bound = multiplying.median > reading.median;
  line.what += is_compute_bound ? ": floor (matrix rate)" : ": floor (bandwidth)";
  line.ratio = is_compute_bound ? multiplying : reading;
  line.reference = line.figure / line.ratio.median;
  line.target.reset();
  return line;
}

/// Weights and arithmetic of rows: float32 with float32 weights, `widened` with bf16 ones.
struct Kind {
  transformer::DType weights;
  patching::Arithmetic arithmetic;
};
const std::map<std::string, Kind> kinds{{"float32", {transformer::DType::float32, patching::Arithmetic::float32}},
                                        {"widened", {transformer::DType::bf16, patching::Arithmetic::float32}},
                                        {"difference", {transformer::DType::bf16, patching::Arithmetic::difference}},
                                        {"bf16", {transformer::DType::bf16, patching::Arithmetic::bf16}}};

void compare_all(const Arguments& arguments, const Report& report) {
  for (const NamedShape& shape : shapes_of(arguments))
    for (const std::string& name : arguments.kinds) {
      const Kind& kind = kinds.at(name);
      const SingleLayer layer(shape.model, kind.weights);
      std::vector<std::int64_t> tile_rows = arguments.tile_rows;
      if (tile_rows.empty()) tile_rows = {patching::choose_tiling(shape.model, {}, /*on_gpu=*/false).tile_rows};
      for (const std::int64_t rows : tile_rows) {
        const Measurement measurement = measure(arguments.common, layer, rows, kind.arithmetic);
        const Comparison line = against_linear(shape.name + " " + name, measurement);
        report.add(line);
        report.add(against_floor(line, measurement));
      }
    }
}

}  // namespace
}  // namespace pinpoint::bench

int main(int argc, char** argv) {
  using namespace pinpoint::bench;
  CLI::App app("S2: the row phase against LibTorch's own matrix products");
  Arguments arguments;
  add_options(app, arguments.common);
  app.add_option("--shapes", arguments.shapes, "Layer shapes; all unless named")
      ->check(CLI::IsMember({"benchmark", "7B", "70B"}))
      ->delimiter(',');
  app.add_option("--kinds", arguments.kinds, "float32 weights, or bf16 weights with rows in float32 (widened), ..")
      ->check(CLI::IsMember({"float32", "widened", "difference", "bf16"}))
      ->delimiter(',');
  app.add_option("--tile-rows", arguments.tile_rows, "Rows of a tile, several for a table; else as the sweep chooses")
      ->check(CLI::PositiveNumber)
      ->delimiter(',');
  Report report("row phase (S2)", "row phase", "at::linear");
  return run_benchmark(app, argc, argv, [&] {
    begin(report, arguments.common);
    compare_all(arguments, report);
  });
}
