/// \file
/// S3: all ranks against one. Run it under mpirun. All ranks together and rank 0 by itself walk in turns, while the
/// other ranks sleep, so that both are measured in the same minute.

#include <fmt/format.h>

#include "bench/support/bench_options.h"
#include "bench/support/quiet_barrier.h"
#include "bench/support/workload.h"
#include "system/base/check.h"
#include "system/device/threads.h"
#include "system/parallel/mpi_session.h"

namespace pinpoint::bench {
namespace {

constexpr double target_a_rank = 0.9;  // 1.8 times with two

struct Arguments {
  BenchOptions common;
  transformer::DType dtype = transformer::DType::float32;
  patching::Arithmetic arithmetic = patching::Arithmetic::float32;
  std::vector<std::int64_t> pairs{4, 16};
  std::optional<std::int64_t> tile_rows;
};

/// Every rank times the same calls in the same order. Only the times of rank 0 count.
Rounds time_walks(std::int64_t rounds, const Workload& workload, const parallel::Communicator& world) {
  const auto together = [&] {
    quiet_barrier(world);
    transformer::Operations operations;
    workload.walk(world, operations);
  };
  const auto alone = [&] {
    transformer::Operations operations;
    if (world.is_root()) workload.walk({}, operations);
    quiet_barrier(world);
  };
  return time_in_turns(rounds, Calls::once, {together, alone});
}

void compare(const Arguments& arguments, const parallel::Communicator& world, const Report& report) {
  for (const std::int64_t samples : arguments.pairs) {
    SweepShape shape = arguments.common.quick ? quick_sweep() : benchmark_sweep();
    shape.samples = samples;
    shape.dtype = arguments.dtype;
    shape.arithmetic = arguments.arithmetic;
    const Workload workload(shape, arguments.tile_rows);
    const Rounds rounds = time_walks(arguments.common.rounds, workload, world);
    if (!world.is_root()) continue;
    report.add({.what = fmt::format("{} pairs, {} ranks against 1", samples, world.size()),
                .figure = rounds.seconds(0).median,
                .reference = rounds.seconds(1).median,
                .unit = "s",
                .ratio = rounds.ratio(1, 0),
                .target = target_a_rank * world.size(),
                .details = {{"ranks", world.size()}, {"pairs", static_cast<double>(samples)}}});
  }
}

}  // namespace
}  // namespace pinpoint::bench

int main(int argc, char** argv) {
  using namespace pinpoint;
  const parallel::MpiSession mpi(argc, argv);
  CLI::App app("S3: mpirun -n 2 bench_ranks");
  bench::Arguments arguments;
  bench::add_options(app, arguments.common);
  bench::add_dtype(app, arguments.dtype);
  bench::add_arithmetic(app, arguments.arithmetic);
  app.add_option("--pairs", arguments.pairs, "Pairs of prompts, several for a table")
      ->check(CLI::PositiveNumber)
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--tile-rows", arguments.tile_rows, "Rows of a tile; else as the sweep chooses");
  bench::Report report("ranks (S3)", "together", "one alone");
  const int status = bench::run_benchmark(app, argc, argv, [&] {
    const auto world = parallel::Communicator::world();
    validate(world.size() > 1, "bench_ranks: one rank cannot be compared with one; run it as mpirun -n 2 bench_ranks");
    device::set_threads(arguments.common.threads);
    if (world.is_root()) bench::begin(report, arguments.common);
    bench::compare(arguments, world, report);
  });
  if (status != 0) mpi.abort(status);
  return status;
}
