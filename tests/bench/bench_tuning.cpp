/// \file
/// T1: a step of pinpoint tuning against LibTorch's autograd, (a) with the gradients of all layer matrices, masked
/// afterwards, and (b) with those of the whole W_q and W_o of the tuned layers, as in the release. T2: the same step
/// against its floor, operations / matrix rate. It also reports the memory of slices, gradients and moments.

#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/tensor.h>
#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/demo/random_weights.h"
#include "bench/support/bench_options.h"
#include "bench/support/roof.h"
#include "model/weights/sharded_store.h"
#include "study/planning/tune_cost.h"
#include "study/tuning/head_parameters.h"
#include "study/tuning/tuner.h"
#include "support/autograd_llama.h"
#include "system/base/check.h"

namespace pinpoint::bench {
namespace {

struct Arguments {
  BenchOptions common;
  std::int64_t tokens = 128;   ///< per dialogue
  std::int64_t dialogues = 8;  ///< per step
};

struct Workload {
  transformer::ModelConfig model;
  std::vector<HeadId> heads;
  std::vector<dialogue::TrainingDialogue> dialogues;
};

/// A sixteenth of the heads, in the upper two thirds of the layers.
Workload workload_of(const Arguments& arguments) {
  const bool quick = arguments.common.quick;
  Workload workload;
  workload.model = {.layers = quick ? 3 : 12,
                    .heads = quick ? 4 : 16,
                    .kv_heads = quick ? 4 : 16,
                    .width = quick ? 32 : 1024,
                    .head_width = quick ? 8 : 64,
                    .mlp_width = quick ? 64 : 2752,
                    .vocabulary = quick ? 64 : 4096,
                    .max_positions = 4096};
  for (std::int64_t layer = workload.model.layers / 3; layer < workload.model.layers; ++layer)
    workload.heads.push_back({layer, (5 * layer) % workload.model.heads});
  Random random(1, "benchmark dialogues");
  for (std::int64_t i = 0; i < (quick ? 2 : arguments.dialogues); ++i) {
    dialogue::TrainingDialogue dialogue;
    for (std::int64_t t = 0; t < arguments.tokens; ++t) {
      dialogue.tokens.push_back(
          static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(workload.model.vocabulary))));
      dialogue.labels.push_back(4 * t >= 3 * arguments.tokens);
    }
    workload.dialogues.push_back(std::move(dialogue));
  }
  return workload;
}

/// A step of LibTorch's autograd with the gradients of the weights that `wanted` accepts.
class AutogradStep {
 public:
  AutogradStep(const test::AutogradLlama& llama, const Workload& workload,
               const std::function<bool(const std::string&)>& wanted)
      : llama_(llama) {
    std::vector<std::int64_t> ids, positions, targets;
    for (const dialogue::TrainingDialogue& dialogue : workload.dialogues)
      for (std::size_t t = 0; t < dialogue.tokens.size(); ++t) {
        ids.push_back(dialogue.tokens[t]);
        if (!dialogue.labels[t]) continue;
        positions.push_back(std::ssize(ids) - 2);
        targets.push_back(dialogue.tokens[t]);
      }
    ids_ = at::tensor(ids).view({std::ssize(workload.dialogues), -1});
    positions_ = at::tensor(positions);
    targets_ = at::tensor(targets);
    for (const auto& [name, weight] : llama.weights())
      if (wanted(name)) wanted_.push_back(weight);
  }

  double step() {
    for (at::Tensor& weight : wanted_) weight.set_requires_grad(true);
    const at::Tensor loss = at::cross_entropy_loss(llama_.logits(ids_, positions_), targets_);
    loss.backward();
    for (at::Tensor& weight : wanted_) {
      weight.mutable_grad() = at::Tensor();
      weight.set_requires_grad(false);
    }
    return loss.item<double>();
  }

  std::int64_t gradient_numbers() const {
    std::int64_t numbers = 0;
    for (const at::Tensor& weight : wanted_) numbers += weight.numel();
    return numbers;
  }

 private:
  const test::AutogradLlama& llama_;
  at::Tensor ids_, positions_, targets_;
  std::vector<at::Tensor> wanted_;
};

/// Operations of one step (docs/tuning.md): every matrix once forward, and once backward from the lowest tuned layer
/// on. Scores are computed twice.
double operations_of(const Workload& workload) {
  const transformer::ModelConfig& m = workload.model;
  const auto below = static_cast<double>(workload.heads.front().layer);
  const auto tuned = static_cast<double>(m.layers) - below;
  const auto matrices = static_cast<double>(2 * m.width * (2 * m.heads_width() + 2 * m.kv_width() + 3 * m.mlp_width));
  const auto projections = static_cast<double>(2 * m.width * (m.heads_width() + 2 * m.kv_width()));
  const auto slices = static_cast<double>(2 * 2 * m.width * m.head_width * std::ssize(workload.heads));
  double sum = 0;
  for (const dialogue::TrainingDialogue& dialogue : workload.dialogues) {
    const auto length = static_cast<double>(dialogue.length());
    const double attention = 4 * static_cast<double>(m.heads_width()) * length;
    sum += length *
           ((below + tuned) * (matrices + attention) + tuned * (matrices + 2.5 * attention) - projections + slices);
    sum += 3 * static_cast<double>(2 * m.width * m.vocabulary * dialogue.targets());
  }
  return sum;
}

/// Bytes of the storage behind the tensors.
double bytes_of(const tuning::Tensors& tensors) {
  double bytes = 0;
  for (const at::Tensor& tensor : tensors) bytes += static_cast<double>(tensor.storage().nbytes());
  return bytes;
}

/// Memory of slices, gradients and moments, compared with the plan.
Comparison memory_of(tuning::Parameters& parameters, const Workload& workload) {
  const auto& [exp_avg, exp_avg_sq, updates] = parameters.moments();
  const double held =
      bytes_of(parameters.values()) + bytes_of(parameters.sums()) + bytes_of(exp_avg) + bytes_of(exp_avg_sq);
  const planning::TuneCostInputs inputs{.heads = std::ssize(workload.heads)};
  const planning::Memory step = planning::step_memory({workload.model, transformer::DType::float32}, inputs, {}, {});
  const double planned = step.parts.front().bytes;  // "slices and their moments"
  const double ratio = planned / held;
  return {.what = "memory of slices, gradients, moments, as planned",
          .figure = 1e-6 * held,
          .reference = 1e-6 * planned,
          .unit = "MB",
          .ratio = {ratio, ratio, ratio},
          .target = 1,
          .details = {}};
}

void compare(const Arguments& arguments, const Report& report) {
  const Workload workload = workload_of(arguments);
  demo::RandomWeights weights(workload.model, Random(1, "benchmark weights"));
  const test::AutogradLlama llama(workload.model, weights);
  weights::ShardedStore store(workload.model, weights, {.dtype = transformer::DType::float32});
  const tuning::TuneOptions options;
  tuning::HeadParameters parameters(store, tuning::head_slices(workload.model, workload.heads, options), {});
  tuning::Tuner tuner(parameters, options,
                      {.micro_batch = std::ssize(workload.dialogues), .tape_bytes = 1e12, .cache_bytes = 0}, {});
  std::vector<tuning::IndexedDialogue> batch;
  for (const auto& dialogue : workload.dialogues) batch.push_back({std::ssize(batch), &dialogue});

  AutogradStep all(llama, workload, [](const std::string& name) { return name.ends_with("_proj.weight"); });
  AutogradStep whole(llama, workload, [&](const std::string& name) {
    for (const HeadId& head : workload.heads)
      if (name.starts_with(fmt::format("model.layers.{}.self_attn.", head.layer)))
        return name.ends_with("q_proj.weight") || name.ends_with("o_proj.weight");
    return false;
  });
  constexpr double no_change = 1e-30;  // so that all of them tune the same model
  const double ours = tuner.step(1, batch, no_change).loss, theirs = all.step();
  validate(std::abs(ours - theirs) < 1e-4 * theirs, "the losses differ: {} and {}", ours, theirs);

  const LargeProduct large(at::kFloat);
  const double operations = operations_of(workload);
  const Rounds rounds = time_in_turns(
      arguments.common.rounds, Calls::once,
      {[&] { tuner.step(1, batch, no_change); }, [&] { all.step(); }, [&] { whole.step(); }, [&] { large.step(); }});
  std::int64_t slices = 0;
  for (const at::Tensor& value : parameters.values()) slices += value.numel();
  const auto share = [&](const AutogradStep& other) {
    return static_cast<double>(slices) / static_cast<double>(other.gradient_numbers());
  };
  const auto line = [&](const std::string& what, std::size_t other, double scale, std::optional<double> target,
                        double memory) {
    report.add({.what = what,
                .figure = 1e-9 * operations / rounds.seconds(0).median,
                .reference = 1e-9 * operations / (scale * rounds.seconds(other).median),
                .unit = "GFLOP/s",
                .ratio = rounds.ratio(other, 0, scale),
                .target = target,
                .details = {{"gradient_memory_share", memory}}});
  };
  line(fmt::format("T1a all matrices ({:.2f} % of its memory)", 100 * share(all)), 1, 1, 1.5, share(all));
  line(fmt::format("T1b W_q, W_o of tuned layers ({:.1f} %)", 100 * share(whole)), 2, 1, 1, share(whole));
  line("T2 floor (matrix rate)", 3, operations / large.operations(), 0.75, 1);
  report.add(memory_of(parameters, workload));
}

}  // namespace
}  // namespace pinpoint::bench

int main(int argc, char** argv) {
  using namespace pinpoint::bench;
  CLI::App app("T1, T2: a step of pinpoint tuning against LibTorch's autograd, its floor and its planned memory");
  Arguments arguments;
  add_options(app, arguments.common);
  app.add_option("--tokens", arguments.tokens, "Tokens of a dialogue")->check(CLI::PositiveNumber);
  app.add_option("--dialogues", arguments.dialogues, "Dialogues of a step")->check(CLI::PositiveNumber);
  Report report("tuning step (T1, T2)", "pinpoint", "reference");
  return run_benchmark(app, argc, argv, [&] {
    begin(report, arguments.common);
    compare(arguments, report);
  });
}
