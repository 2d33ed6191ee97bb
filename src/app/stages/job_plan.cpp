#include "app/stages/job_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "app/config/gpu_table.h"
#include "language/datasets/pairs_file.h"
#include "language/dialogue/token_pairs.h"
#include "language/tokenizers/dialogue_encoder_files.h"
#include "language/tokenizers/tokenizer_files.h"
#include "model/pretrained/model_shape.h"
#include "study/patching/tiling.h"
#include "study/planning/cost_inputs.h"
#include "study/results/file_names.h"
#include "study/results/heads_file.h"
#include "system/base/check.h"

namespace pinpoint::stages {
namespace {

constexpr double giga = 1e9, tera = 1e12;

/// A GPU that is not in the table: links as fast as PCIe 4, float32 at a sixteenth of bf16, both as on an A100.
planning::Machine unnamed_machine(const PlanOptions& options) {
  validate(options.memory_gb && options.tflops,
           "plan: no GPU given (memory and time depend on it); give --gpu NAME, or --gpu-memory-gb and --gpu-tflops");
  const planning::Machine known = config::find_machine("cpu");  // for values that do not depend on the GPU
  return {.name = "an unnamed GPU",
          .memory = giga * *options.memory_gb,
          .host_memory = 128 * giga,
          .bf16_peak = tera * *options.tflops,
          .float32_peak = tera * *options.tflops / 16,
          .efficiency = known.efficiency,
          .memory_rate = tera,
          .host_link = 25 * giga,
          .node_link = 25 * giga,
          .network = 12.5 * giga,
          .disk = known.disk,
          .per_node = 8};
}

planning::Machine chosen_machine(const PlanOptions& options) {
  const bool has_none = options.gpu == "none";
  planning::Machine machine =
      options.gpu ? config::find_machine(has_none ? "cpu" : *options.gpu) : unnamed_machine(options);
  const auto set = [](double& rate, const std::optional<double>& given, double unit) {
    if (given) rate = unit * *given;
  };
  set(machine.memory, options.memory_gb, giga);
  set(machine.bf16_peak, options.tflops, tera);
  set(machine.efficiency, options.efficiency, 1);
  set(machine.host_memory, options.host_memory_gb, giga);
  set(machine.host_link, options.host_gbps, giga);
  set(machine.node_link, options.node_gbps, giga);
  set(machine.network, options.net_gbps, giga);
  set(machine.disk, options.disk_gbps, giga);
  if (options.ranks_per_node) machine.per_node = *options.ranks_per_node;
  return machine;
}

/// The pairs as tokens; none if there is no pairs file, or no tokenizer for its messages.
std::optional<std::vector<dialogue::TokenPair>> token_pairs(const config::Config& config,
                                                            const transformer::ModelConfig& model) {
  std::error_code none;
  if (config.sweep.pairs.empty() || !std::filesystem::exists(config.sweep.pairs, none)) return std::nullopt;
  std::vector<dialogue::AnyPair> pairs = datasets::read_pairs(config.sweep.pairs);
  const auto found = static_cast<std::int64_t>(pairs.size());
  pairs.resize(static_cast<std::size_t>(std::min(found, config.sweep.samples.value_or(found))));
  std::optional<text::DialogueEncoder> encoder;
  if (dialogue::hold_messages(pairs)) {
    if (!tokenizers::has_tokenizer(config.model.path)) return std::nullopt;
    encoder = tokenizers::load_dialogue_encoder(config.model.path, config.chat);
  }
  return dialogue::tokenize_pairs(pairs, encoder ? &*encoder : nullptr, {model.vocabulary, model.max_positions}).pairs;
}

/// As configured, else what suits a machine with these rates.
patching::Arithmetic planned_arithmetic(const config::Config& config, const planning::Machine& machine) {
  const bool has_bf16_units = machine.bf16_peak > machine.float32_peak;
  return config.sweep.arithmetic.value_or(patching::suitable_arithmetic(has_bf16_units, config.model.dtype));
}

void describe_sweep(report::PlanReport& report, const config::Config& config, const PlanOptions& options) {
  const transformer::ModelConfig& model = report.model.config;
  const bool on_gpu = !report.machine.computes_on_host;
  report.arithmetic = planned_arithmetic(config, report.machine);
  // Products on GPUs give float32, so the passes go through them in two parts.
  const auto accurate = on_gpu ? transformer::Activations::two_parts : transformer::Activations::wide;
  report.sweep_inputs =
      planning::sweep_cost_inputs(config.sweep, patching::choose_tiling(model, config.sweep.tile_rows, on_gpu),
                                  planning::sweep_precision(report.arithmetic, accurate));
  planning::SweepCostInputs& inputs = report.sweep_inputs;
  if (config.sweep.samples) inputs.samples = *config.sweep.samples;
  const bool told = options.prompt_tokens || options.suffix_tokens;
  if (const auto pairs = told ? std::nullopt : token_pairs(config, model))
    return planning::count_tokens(inputs, *pairs, model);
  inputs.reference_tokens = inputs.counterfactual_tokens = options.prompt_tokens.value_or(inputs.reference_tokens);
  inputs.suffix_tokens = std::min(options.suffix_tokens.value_or(inputs.suffix_tokens), inputs.reference_tokens);
  if (!told)
    report.assumptions.push_back(
        fmt::format("prompts of {:.0f} tokens, of which the counterfactual shares all but {:.0f} (there are no "
                    "readable pairs yet; --prompt-tokens, --suffix-tokens)",
                    inputs.reference_tokens, inputs.suffix_tokens));
  if (!config.sweep.samples) report.assumptions.push_back(fmt::format("{} pairs (sweep.samples: all)", inputs.samples));
}

/// The heads that a sweep found; without a sweep, `select.count` heads from layer 0 on.
void select_heads(report::PlanReport& report, const config::Config& config) {
  const transformer::ModelConfig& model = report.model.config;
  planning::TuneCostInputs& inputs = report.tune_inputs;
  const std::filesystem::path file = config.output / results::heads_file;
  std::error_code none;
  if (config.output.empty() || !std::filesystem::exists(file, none)) {
    inputs.heads = std::min(config.select.count, model.layers * model.heads);
    inputs.kv_groups = std::min(inputs.heads, model.layers * model.kv_heads);
    report.assumptions.emplace_back(
        "tuned heads down to layer 0, each in a key/value group of its own (there is no "
        "sweep yet)");
    return;
  }
  std::vector<HeadId> heads;
  for (const results::ListedHead& listed : results::read_heads(file, model.layers, model.heads))
    heads.push_back(listed.head);
  planning::count_heads(inputs, heads, model);
}

void describe_tuning(report::PlanReport& report, const config::Config& config, const PlanOptions& options) {
  const tuning::TuneOptions& tune = config.tune;
  planning::TuneCostInputs& inputs = report.tune_inputs;
  inputs = planning::tune_cost_inputs(tune);
  inputs.dialogue_tokens = std::min(options.dialogue_tokens, static_cast<double>(tune.max_length));
  report.steps = tune.steps;
  if (tune.method == tuning::Method::spt) select_heads(report, config);
  report.assumptions.push_back(
      fmt::format("dialogues of {:.0f} tokens (--dialogue-tokens), of which {:.0f} % are targets",
                  inputs.dialogue_tokens, 100 * inputs.labelled_share));
}

}  // namespace

report::PlanReport plan_job(const config::Config& config, const PlanOptions& options) {
  pretrained::ModelShape shape = pretrained::find_model_shape(config.model.path);
  report::PlanReport report;
  report.model_name = config.model.path.filename().string();
  report.model_source = shape.source;
  report.model = {shape.config, config.model.dtype};
  report.machine = chosen_machine(options);
  report.ranks = options.ranks;
  describe_sweep(report, config, options);
  describe_tuning(report, config, options);
  report.sweep = planning::plan_sweep(report.model, config.parallel, report.machine, report.ranks, report.sweep_inputs);
  report.tuning =
      planning::plan_tuning(report.model, config.parallel, report.machine, report.ranks, report.tune_inputs);
  return report;
}

}  // namespace pinpoint::stages
