/// \file
/// S4: layers divided among all ranks against whole layers on each rank. Run it under mpirun; both walk in turns. The
/// bytes that a rank receives are compared with their formula.

#include <fmt/format.h>

#include "bench/support/bench_options.h"
#include "bench/support/workload.h"
#include "system/base/check.h"
#include "system/device/threads.h"
#include "system/parallel/collectives.h"
#include "system/parallel/mpi_session.h"
#include "system/parallel/shard_group.h"

namespace pinpoint::bench {
namespace {

constexpr double target = 1 / 1.1;  // at most 10 % slower

/// Bytes that a rank receives in some walks: in each the other ranks' slices of every layer, and once those of the
/// vocabulary, whose only tile stays gathered.
std::int64_t received_in(std::int64_t walks, const SweepShape& shape, std::int64_t ranks) {
  const at::ScalarType type = shape.dtype == transformer::DType::bf16 ? at::kBFloat16 : at::kFloat;
  const std::int64_t layer = weights::even_slice(weights::LayerLayout(shape.model, type).bytes(), ranks);
  const auto row = shape.model.width * static_cast<std::int64_t>(c10::elementSize(type));
  return (ranks - 1) * (walks * shape.model.layers * layer + (shape.model.vocabulary + ranks - 1) / ranks * row);
}

void compare(const BenchOptions& options, transformer::DType dtype, const parallel::Communicator& world,
             const Report& report) {
  SweepShape shape = options.quick ? quick_sweep() : benchmark_sweep();
  shape.dtype = dtype;
  const parallel::ShardGroup group = parallel::make_shard_group(world, world.size());
  const Workload whole(shape), divided(shape, {}, group.ranks);
  const std::int64_t before = divided.store().traffic().received;
  std::int64_t walks = 0;
  const auto walk = [&](const Workload& workload) {
    transformer::Operations operations;
    workload.walk(world, operations);
    world.barrier();
  };
  const Rounds rounds =
      time_in_turns(options.rounds, Calls::once, {[&] { walk(whole); }, [&] { walk(divided), ++walks; }});
  const weights::StoreTraffic traffic = divided.store().traffic();
  const auto moved = static_cast<double>(traffic.received - before);
  if (!world.is_root()) return;
  const auto formula = static_cast<double>(received_in(walks, shape, world.size()));
  report.add({.what = fmt::format("{} ranks, shard: {} against 1", world.size(), world.size()),
              .figure = rounds.seconds(1).median,
              .reference = rounds.seconds(0).median,
              .unit = "s",
              .ratio = rounds.ratio(0, 1),
              .target = target,
              .details = {{"received", moved}, {"formula", formula}, {"waited", traffic.waited}}});
  fmt::print("  received in {} walks: {:.6g} MB, by the formula {:.6g} MB; rank 0 waited for layers {:.2f} s\n", walks,
             moved * 1e-6, formula * 1e-6, traffic.waited);
}

}  // namespace
}  // namespace pinpoint::bench

int main(int argc, char** argv) {
  using namespace pinpoint;
  const parallel::MpiSession mpi(argc, argv);
  CLI::App app("S4: mpirun -n 2 bench_shard");
  bench::BenchOptions options;
  transformer::DType dtype = transformer::DType::float32;
  bench::add_options(app, options);
  bench::add_dtype(app, dtype);
  bench::Report report("shared layers (S4)", "divided", "whole");
  const int status = bench::run_benchmark(app, argc, argv, [&] {
    const auto world = parallel::Communicator::world();
    validate(world.size() > 1, "bench_shard: one rank has nothing to share; run it as mpirun -n 2 bench_shard");
    device::set_threads(options.threads);
    if (world.is_root()) bench::begin(report, options);
    bench::compare(options, dtype, world, report);
  });
  if (status != 0) mpi.abort(status);
  return status;
}
