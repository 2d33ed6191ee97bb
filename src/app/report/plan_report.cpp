#include "app/report/plan_report.h"

#include <fmt/format.h>

#include <initializer_list>
#include <utility>

namespace pinpoint::report {
namespace {

using planning::Machine;
using planning::Memory;
using planning::StageTime;
using planning::Traffic;

constexpr double giga = 1e9, tera = 1e12;

std::string line(std::string_view name, double number) { return fmt::format("    {:<36}{:>12.2f}\n", name, number); }

std::string heading(std::string_view what, std::string_view unit) {
  return fmt::format("  {:<38}{:>12}\n", what, unit);
}

/// A heading, the numbers that are not 0, and their sum, each divided by `unit`.
std::string block(std::string_view what, std::string_view unit_name, double unit,
                  std::initializer_list<std::pair<std::string_view, double>> numbers) {
  std::string text = heading(what, unit_name);
  double sum = 0;
  for (const auto& [name, number] : numbers) {
    if (number > 0) text += line(name, number / unit);
    sum += number;
  }
  return text + line("total", sum / unit);
}

std::string memory_text(const planning::Choice& choice, const Machine& machine) {
  std::string text = heading("memory per rank", "GB");
  for (const planning::MemoryPart& part : choice.memory.parts) text += line(part.name, part.bytes / giga);
  text += line("total", choice.memory.total() / giga);
  text += line(fmt::format("available, of which {:.0f} % may be used", 100 * planning::usable_share),
               machine.memory / giga);
  if (choice.memory.host == 0) return text;
  text += line("host memory per rank", choice.memory.host / giga);
  return text + line("host memory available per rank", machine.host_memory / giga);
}

std::string traffic_text(std::string_view what, const Traffic& traffic) {
  return block(what, "GB", giga,
               {{"weights from other ranks", traffic.gathered},
                {"weights from host memory", traffic.host_link},
                {"weights from disk", traffic.disk},
                {"traces, null rows, gradients", traffic.exchanged}});
}

std::string_view words_of(patching::Arithmetic arithmetic) {
  switch (arithmetic) {
    case patching::Arithmetic::float32: return "float32";
    case patching::Arithmetic::difference: return "bf16 differences";
    case patching::Arithmetic::two_parts: return "two bf16 parts";
    case patching::Arithmetic::bf16: break;
  }
  return "bf16";
}

std::string_view words_of(planning::Bottleneck bottleneck) {
  switch (bottleneck) {
    case planning::Bottleneck::compute: return "compute";
    case planning::Bottleneck::transfer: return "transfer of weights (disk, host link)";
    case planning::Bottleneck::gather: break;
  }
  return "gather (links between ranks)";
}

std::string time_text(std::string_view what, const StageTime& time, double loading) {
  std::string text = heading(what, "s");
  text += line("computing, the busiest rank", time.compute);
  text += line("fetching from disk or host", time.moving.transfer);
  text += line("gathering between ranks", time.moving.gather);
  text += line("exchanging", time.moving.exchange);
  text += line("total, overlapped", time.seconds);
  text += line("loading, once at the start", loading);
  return text + fmt::format("  bottleneck: {}\n", words_of(time.bottleneck()));
}

std::string verdict(const planning::Choice& choice, const std::optional<int>& fewest) {
  const std::string smallest =
      fewest ? fmt::format("the fewest ranks that it fits on: {}", *fewest)
             : fmt::format("it does not fit on any number of ranks up to {}", planning::most_ranks);
  return fmt::format("  {}; {}\n", choice.fits ? "fits" : "DOES NOT FIT", smallest);
}

std::string placement_text(const planning::Choice& choice) {
  return fmt::format("  {} ({})\n", planning::describe(choice.placement), choice.why);
}

std::string sweep_text(const PlanReport& r) {
  const planning::SweepOperations& done = r.sweep.operations;
  std::string text =
      fmt::format("\nsweep: {} pairs of {:.0f} + {:.0f} tokens, {} at a time: {} walk{} over the layers, in {}\n",
                  r.sweep_inputs.samples, r.sweep_inputs.reference_tokens, r.sweep_inputs.suffix_tokens,
                  r.sweep.fit.block, r.sweep.walks, r.sweep.walks == 1 ? "" : "s", words_of(r.arithmetic));
  text += placement_text(r.sweep.fit.choice) + verdict(r.sweep.fit.choice, r.sweep.fewest);
  text += memory_text(r.sweep.fit.choice, r.machine);
  text += traffic_text("received per rank", r.sweep.traffic);
  text += block(
      "arithmetic of all ranks", "TFLOP", tera,
      {{"passes A and B", done.passes},
       {"rows", done.rows},
       {"joins", done.joins},
       {"unembedding", done.unembedding},
       {"null rows, pass A's logits", done.null_rows + done.null_joins + done.null_unembedding + done.pass_a_logits},
       {"attention", done.attention}});
  text += time_text("time", r.sweep.time, r.sweep.loading);
  return text + fmt::format("  {:.0f} times less arithmetic than a forward pass per head\n",
                            planning::literal_operations(r.model.config, r.sweep_inputs) / done.formula());
}

std::string tune_text(const PlanReport& r) {
  const auto& [choice, rounds] = r.tuning.fit;
  const planning::TuneOperations& done = r.tuning.operations;
  const bool slices = r.tune_inputs.method == planning::TuneMethod::slices;
  std::string text = fmt::format("\ntune ({}): {} dialogues of {:.0f} tokens per step, {} per rank in {} round{}; ",
                                 slices ? "spt" : "sft", r.tune_inputs.batch, r.tune_inputs.dialogue_tokens,
                                 rounds.dialogues * rounds.count, rounds.count, rounds.count == 1 ? "" : "s");
  text += slices ? fmt::format("{} heads, {:.1f}M parameters\n", r.tune_inputs.heads, r.tuning.trained * 1e-6)
                 : fmt::format("all {:.2f}e9 parameters\n", r.tuning.trained * 1e-9);
  text += placement_text(choice) + verdict(choice, r.tuning.fewest);
  text += memory_text(choice, r.machine);
  text += traffic_text("received per rank and step", r.tuning.traffic);
  text += block("arithmetic of all ranks, per step", "TFLOP", tera,
                {{"forward", done.forward},
                 {"backward", done.backward},
                 {"recomputation", done.recomputation},
                 {"attention", done.attention}});
  text += time_text("time per step", r.tuning.step, r.tuning.loading);
  if (r.steps)
    text += fmt::format("  {} steps: {:.0f} s\n", *r.steps, static_cast<double>(*r.steps) * r.tuning.step.seconds);
  return text;
}

}  // namespace

std::string plan_text(const PlanReport& r) {
  const transformer::ModelConfig& c = r.model.config;
  std::string text =
      fmt::format("{}: {} layers, {} heads, width {}, MLP {}, vocabulary {}, {:.2f}e9 parameters, {} ({})\n",
                  r.model_name, c.layers, c.heads, c.width, c.mlp_width, c.vocabulary,
                  planning::all_parameters(c) * 1e-9, name_of(r.model.dtype), r.model_source);
  text += fmt::format("{} rank{} of {}, {} per machine\n", r.ranks, r.ranks == 1 ? "" : "s", r.machine.name,
                      r.machine.per_node);
  for (const std::string& assumption : r.assumptions) text += "assumed: " + assumption + '\n';
  return text + sweep_text(r) + tune_text(r);
}

}  // namespace pinpoint::report
