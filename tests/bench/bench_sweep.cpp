/// \file
/// S1: the sweep against the literal procedure with the program's own forward pass, one pass per head. The sweep should
/// be faster by nearly the ratio of the operations.

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <fmt/format.h>

#include <algorithm>

#include "bench/support/bench_options.h"
#include "bench/support/literal_sweep.h"
#include "bench/support/sweep_formula.h"
#include "study/patching/exact_check.h"
#include "system/base/check.h"

namespace pinpoint::bench {
namespace {

constexpr double target = 0.9;

struct Arguments {
  BenchOptions common;
  transformer::DType dtype = transformer::DType::float32;
  patching::Arithmetic arithmetic = patching::Arithmetic::float32;
  std::int64_t heads = 24;
  std::optional<std::int64_t> tile_rows;
};

std::vector<float> vector_of(const at::Tensor& values) {
  return {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()};
}

/// A random subset of all (sample, head), processed in a cycle, a few at a time.
class LiteralHeads {
 public:
  LiteralHeads(const Workload& workload, std::int64_t count) : workload_(workload) {
    const SweepShape& shape = workload.shape();
    for (const dialogue::TokenPair& pair : workload.pairs()) samples_.emplace_back(workload.transformer(), pair);
    heads_ = patching::choose_checks(0, count, shape.samples, shape.model);
    results_.resize(heads_.size());
  }

  void run() {
    for (std::size_t i = 0; i < heads_.size(); ++i)
      results_[i] = samples_[static_cast<std::size_t>(heads_[i].sample)].patched({heads_[i].layer, heads_[i].head},
                                                                                 workload_.settings().record_tokens);
  }

  std::int64_t count() const { return static_cast<std::int64_t>(heads_.size()); }

  /// Deviation of the sweep's rows from the results of `run`. \pre `run` was called
  patching::CheckVerdict compare_with(effects::SweepRecord record) const {
    for (std::size_t i = 0; i < heads_.size(); ++i) {
      const auto values = [&](const at::Tensor& logits, const at::Tensor& logsumexp) {
        return at::cat({logits, logsumexp.view(1)});
      };
      effects::ExactCheck check = heads_[i];
      const at::Tensor row = values(record.patched_logits[check.sample][check.layer][check.head],
                                    record.patched_logsumexp[check.sample][check.layer][check.head]);
      const at::Tensor unpatched = values(record.default_logits[check.sample], record.default_logsumexp[check.sample]);
      const at::Tensor pass_a = values(record.pass_a_logits[check.sample], record.pass_a_logsumexp[check.sample]);
      check.literal = vector_of(results_[i]);
      check.literal_default = vector_of(pass_a);
      record.exact_checks.push_back(
          patching::compared(std::move(check), row.data_ptr<float>(), unpatched.data_ptr<float>()));
    }
    return patching::judge_checks(record, workload_.shape().arithmetic);
  }

 private:
  const Workload& workload_;
  std::vector<LiteralSweep> samples_;
  std::vector<effects::ExactCheck> heads_;
  std::vector<at::Tensor> results_;  // [R + 1] each
};

double largest_effect(const effects::SweepRecord& record) {
  return (record.patched_logits - record.default_logits.unsqueeze(1).unsqueeze(1)).abs().max().item<double>();
}

void require_agreement(const patching::CheckVerdict& verdict, const effects::SweepRecord& record) {
  fmt::print(
      "largest difference of a logit between the two: {:.1e} (allowed {:.1e}; a head moves them by up to {:.1e})\n",
      verdict.deviation, verdict.tolerance, largest_effect(record));
  if (!verdict.passed()) throw Failure("the literal sweep found other numbers: the two are not the same work");
}

/// scale: number of all literal heads / number of those that are timed
void tell(const Rounds& rounds, const Workload& workload, double scale, const Report& report) {
  const SweepShape& shape = workload.shape();
  const double less_arithmetic = literal_operations(shape) / sweep_operations(shape);
  const double sweep_seconds = rounds.seconds(0).median, literal_seconds = scale * rounds.seconds(1).median;
  report.add({.what = fmt::format("{} pairs, tiles of {} rows", shape.samples, workload.settings().tile_rows),
              .figure = rounds.ratio(1, 0, scale).median,
              .reference = less_arithmetic,
              .unit = "times",
              .ratio = rounds.ratio(1, 0, scale / less_arithmetic),
              .target = target,
              .details = {{"sweep_seconds", sweep_seconds}, {"literal_seconds", literal_seconds}}});
  fmt::print("\nsweep {:.3f} s ({:.1f} GFLOP/s); literal {:.1f} s ({:.1f} GFLOP/s), {:.0f} times a random subset\n",
             sweep_seconds, 1e-9 * sweep_operations(shape) / sweep_seconds, literal_seconds,
             1e-9 * literal_operations(shape) / literal_seconds, scale);
}

void compare(const Arguments& arguments, const Report& report) {
  SweepShape shape = arguments.common.quick ? quick_sweep() : benchmark_sweep();
  shape.dtype = arguments.dtype;
  shape.arithmetic = arguments.arithmetic;
  const Workload workload(shape, arguments.tile_rows);
  LiteralHeads literal(workload, arguments.heads);
  effects::SweepRecord record;
  const auto sweep = [&] {
    transformer::Operations operations;
    record = workload.walk({}, operations);
  };
  const Rounds rounds = time_in_turns(arguments.common.rounds, Calls::often, {sweep, [&] { literal.run(); }});
  const auto all = static_cast<double>(shape.samples * shape.model.layers * shape.model.heads);
  tell(rounds, workload, all / static_cast<double>(literal.count()), report);
  require_agreement(literal.compare_with(record), record);
}

}  // namespace
}  // namespace pinpoint::bench

int main(int argc, char** argv) {
  using namespace pinpoint::bench;
  CLI::App app("S1: the sweep against a forward pass per head");
  Arguments arguments;
  add_options(app, arguments.common);
  add_dtype(app, arguments.dtype);
  add_arithmetic(app, arguments.arithmetic);
  app.add_option("--heads", arguments.heads, "Heads of the literal sweep timed in a round; the rest is multiplied up")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--tile-rows", arguments.tile_rows, "Rows of a tile; else as the sweep chooses");
  Report report("sweep (S1)", "faster", "less arithmetic");
  return run_benchmark(app, argc, argv, [&] {
    begin(report, arguments.common);
    compare(arguments, report);
  });
}
