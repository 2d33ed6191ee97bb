/// \file
/// Compares the arithmetics of the sweep on one model with bf16 weights (docs/precision.md): deviation of the effects
/// from float32 arithmetic on the same weights, its influence on the ranking, operations and time. Without --model it
/// uses a random model with the statistics of trained ones.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>

#include "bench/support/bench_options.h"
#include "language/datasets/pairs_file.h"
#include "language/dialogue/token_pairs.h"
#include "language/tokenizers/dialogue_encoder_files.h"
#include "model/pretrained/model_directory.h"
#include "model/weights/sharded_store.h"
#include "study/effects/ranking.h"
#include "study/effects/sample_effects.h"
#include "study/effects/statistics.h"
#include "study/patching/exact_check.h"
#include "study/patching/sample_sets.h"
#include "study/patching/tiling.h"
#include "study/patching/walk.h"
#include "support/random_model.h"
#include "support/random_pairs.h"
#include "support/shared.h"

namespace pinpoint::bench {
namespace {

using effects::Metric;
using effects::SampleEffects;
using patching::Arithmetic;

/// The first one is the reference for the others.
constexpr Arithmetic all[] = {Arithmetic::float32, Arithmetic::difference, Arithmetic::two_parts, Arithmetic::bf16};
constexpr std::size_t top_heads = 16;

struct Arguments {
  BenchOptions common;
  std::filesystem::path model, pairs;
  std::vector<std::int64_t> record_tokens{7, 11};
  std::int64_t samples = 4;
  std::int64_t checks = 24;
  std::uint64_t seed = 0;
};

/// Writes a random model with that many layers, and pairs for it, into `folder`.
void write_model(const std::filesystem::path& folder, const Arguments& arguments) {
  transformer::ModelConfig shape = test::small_llama();
  shape.layers = arguments.common.quick ? 3 : 24;
  shape.heads = 8;
  shape.kv_heads = 4;
  shape.width = arguments.common.quick ? 64 : 512;
  shape.head_width = shape.width / shape.heads;
  shape.mlp_width = 11 * shape.width / 4;
  shape.vocabulary = 4096;
  test::write_random_model(
      folder,
      {.shape = shape, .dtype = at::kBFloat16, .seed = arguments.seed, .statistics = test::Statistics::realistic});
  test::write_random_pairs(folder / "pairs.jsonl", {.count = arguments.samples,
                                                    .vocabulary = shape.vocabulary,
                                                    .min_tokens = 24,
                                                    .max_tokens = 48,
                                                    .seed = arguments.seed});
}

/// A model with bf16 weights in memory, its pairs, and how to sweep them.
class Swept {
 public:
  Swept(const std::filesystem::path& folder, const std::filesystem::path& pairs, const Arguments& arguments)
      : directory_(folder), store_(directory_.config(), directory_, {.dtype = transformer::DType::bf16}),
        transformer_(store_) {
    std::vector<dialogue::AnyPair> read = datasets::read_pairs(pairs);
    read.resize(std::min(read.size(), static_cast<std::size_t>(arguments.samples)));
    std::optional<text::DialogueEncoder> encoder;
    if (dialogue::hold_messages(read)) encoder = tokenizers::load_dialogue_encoder(folder, {});
    const transformer::ModelConfig& config = directory_.config();
    pairs_ =
        dialogue::tokenize_pairs(read, encoder ? &*encoder : nullptr, {config.vocabulary, config.max_positions}).pairs;
    const patching::Tiling tiling = patching::choose_tiling(config, {}, /*on_gpu=*/false);
    settings_ = {.record_tokens = arguments.record_tokens,
                 .tile_rows = tiling.tile_rows,
                 .pass_rows = tiling.pass_rows,
                 .checks = patching::choose_checks(arguments.seed, arguments.checks, std::ssize(pairs_), config)};
    block_ = {patching::cut_sample_sets(std::ssize(pairs_), tiling.set_samples)};
  }

  enum class Checks { made, left_out };
  effects::SweepRecord sweep(Arithmetic arithmetic, Checks checks, transformer::Operations& operations) const {
    patching::WalkSettings settings = settings_;
    settings.arithmetic = arithmetic;
    if (checks == Checks::left_out) settings.checks.clear();
    return *patching::walk(transformer_, pairs_, block_, settings, {}, {}, operations);
  }
  std::int64_t samples() const { return std::ssize(pairs_); }
  const transformer::ModelConfig& config() const { return directory_.config(); }

 private:
  pretrained::ModelDirectory directory_;
  weights::ShardedStore store_;
  transformer::Transformer transformer_;
  std::vector<dialogue::TokenPair> pairs_;
  patching::WalkSettings settings_;
  patching::Block block_;
};

/// Effects by logit_diff with one arithmetic. Deviations are relative to the spread of the exact effects.
struct Accuracy {
  double deviation = 0, largest = 0;
  double rank_correlation = 0;  ///< of the mean effects
  std::size_t in_common = 0;    ///< of the top heads
  effects::Noise noise;         ///< against the literal passes, in logits
};

Accuracy compare(const effects::SweepRecord& record, const effects::SweepRecord& exact) {
  SampleEffects apart = sample_effects(record, Metric::logit_diff);
  const SampleEffects expected = sample_effects(exact, Metric::logit_diff);
  const std::vector<double> means = mean(apart), expected_means = mean(expected);
  double largest = 0;
  for (std::size_t i = 0; i < apart.values.size(); ++i) {
    apart.values[i] -= expected.values[i];
    largest = std::max(largest, std::abs(apart.values[i]));
  }
  const auto top = [&](const std::vector<double>& effects) {
    std::vector<HeadId> heads = effects::rank_heads(effects, record.patched_logsumexp.size(2));
    heads.resize(std::min(heads.size(), top_heads));
    return heads;
  };
  const std::vector<HeadId> found = top(means), wanted = top(expected_means);
  const double unit = effects::spread(expected.values);
  return {.deviation = effects::spread(apart.values) / unit,
          .largest = largest / unit,
          .rank_correlation = effects::rank_correlation(means, expected_means),
          .in_common = static_cast<std::size_t>(std::ranges::count_if(
              found, [&](const HeadId& head) { return std::ranges::find(wanted, head) != wanted.end(); })),
          .noise = effects::noise(record, Metric::logit_diff)};
}

double all_operations(const transformer::Operations& operations) {
  std::int64_t sum = 0;
  for (std::size_t kind = 0; kind < transformer::work_kinds; ++kind)
    sum += operations[static_cast<transformer::Work>(kind)];
  return static_cast<double>(sum);
}

void compare_all(const Swept& swept, const Arguments& arguments, const Report& report) {
  std::map<Arithmetic, effects::SweepRecord> records;
  std::map<Arithmetic, double> operations;
  std::vector<std::function<void()>> things;
  for (const Arithmetic arithmetic : all) {
    transformer::Operations checked, counted;
    records[arithmetic] = swept.sweep(arithmetic, Swept::Checks::made, checked);
    swept.sweep(arithmetic, Swept::Checks::left_out, counted);
    operations[arithmetic] = all_operations(counted);
    things.emplace_back([&swept, arithmetic] {
      transformer::Operations again;
      swept.sweep(arithmetic, Swept::Checks::left_out, again);
    });
  }
  const transformer::ModelConfig& c = swept.config();
  fmt::print("\n{} layers x {} heads, width {}, {} pairs; effects of all heads by logit_diff spread by {:.3g}\n\n",
             c.layers, c.heads, c.width, swept.samples(),
             effects::spread(sample_effects(records[Arithmetic::float32], Metric::logit_diff).values));
  fmt::print(
      "| rows | deviation | largest | rank correlation of the mean | top {} in common | noise: median, largest | "
      "TFLOP |\n|---|---|---|---|---|---|---|\n",
      top_heads);
  for (const Arithmetic arithmetic : all) {
    const Accuracy a = compare(records[arithmetic], records[Arithmetic::float32]);
    fmt::print("| {} | {:.2g} | {:.2g} | {:.5f} | {} | {:.1e}, {:.1e} | {:.3f} |\n", name_of(arithmetic), a.deviation,
               a.largest, a.rank_correlation, a.in_common, a.noise.median, a.noise.largest,
               1e-12 * operations[arithmetic]);
  }
  fmt::print("\n");
  const Rounds rounds = time_in_turns(arguments.common.rounds, Calls::once, things);
  for (std::size_t i = 1; i < std::size(all); ++i)
    report.add({.what = std::string(name_of(all[i])),
                .figure = rounds.seconds(i).median,
                .reference = rounds.seconds(0).median,
                .unit = "s",
                .ratio = rounds.ratio(0, i),
                .target = std::nullopt,
                .details = {{"tflop", 1e-12 * operations[all[i]]}}});
}

}  // namespace
}  // namespace pinpoint::bench

int main(int argc, char** argv) {
  using namespace pinpoint::bench;
  CLI::App app("The sweep's arithmetics: accuracy, operations, time");
  Arguments arguments;
  arguments.common.rounds = 3;
  add_options(app, arguments.common);
  app.add_option("--model", arguments.model, "HF folder; a random model without it")->check(CLI::ExistingDirectory);
  app.add_option("--pairs", arguments.pairs, "Its pairs.jsonl")->check(CLI::ExistingFile);
  app.add_option("--record-ids", arguments.record_tokens, "Token ids: apology,confirm")->expected(2)->delimiter(',');
  app.add_option("--samples", arguments.samples, "The first so many pairs")->capture_default_str();
  app.add_option("--checks", arguments.checks, "Literal passes, for the noise")->capture_default_str();
  app.add_option("--seed", arguments.seed, "Of the random model and the checks")->capture_default_str();
  Report report("arithmetic of rows", "rows", "float32");
  return run_benchmark(app, argc, argv, [&] {
    begin(report, arguments.common);
    const pinpoint::test::TemporaryFolder folder;
    if (arguments.model.empty()) write_model(folder.path(), arguments);
    const auto& model = arguments.model.empty() ? folder.path() : arguments.model;
    const Swept swept(model, arguments.pairs.empty() ? model / "pairs.jsonl" : arguments.pairs, arguments);
    compare_all(swept, arguments, report);
  });
}
