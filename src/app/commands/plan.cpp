/// \file
/// `pinpoint plan`: memory, bytes and time of every stage on so many ranks, without weights and without a GPU.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "app/commands/command.h"
#include "app/stages/job_plan.h"

namespace pinpoint::commands {
namespace {

ExitStatus run_plan(const stages::Session& session, const stages::PlanOptions& options) {
  const config::Config config = config::load_config(session.options.config, session.options.set);
  config::require_keys(config, {"model.path"}, "plan");
  const report::PlanReport report = stages::plan_job(config, options);
  if (!session.world.is_root()) return ExitStatus::done;
  std::cout << (options.json ? report::plan_json(report) : report::plan_text(report)) << std::flush;
  validate(std::cout.good(), "standard output: cannot be written to (closed, or its disk is full); write elsewhere");
  return ExitStatus::done;
}

/// "--NAME": a finite number above 0, and no more than `most` where that is given.
void add_number(CLI::App& command, const std::string& name, std::optional<double>& number, const std::string& help,
                double most = 1e15) {
  const auto check = [most](const std::string& text) {
    double value = 0;
    const bool right = CLI::detail::lexical_cast(text, value) && value > 0 && value <= most;  // NaN is not right
    return right ? std::string() : fmt::format("{} is not a number above 0 and up to {:g}", text, most);
  };
  command.add_option(name, number, help)->check(CLI::Validator(check, "NUMBER"));
}

}  // namespace

void add_plan(CLI::App& app, stages::CommonOptions& common, Command& chosen) {
  const auto options = std::make_shared<stages::PlanOptions>();
  CLI::App* plan = app.add_subcommand("plan", "Memory, bytes moved and time of every stage, without weights or a GPU");
  add_config_options(*plan, common);
  plan->add_option("--ranks", options->ranks, "Ranks of the job: one a GPU")
      ->required()
      ->check(CLI::Range(1, planning::most_ranks));
  plan->add_option("--gpu", options->gpu, "A known one (configs/gpus.yaml; another name lists them), or cpu");
  plan->add_option("--ranks-per-node,--gpus-per-node", options->ranks_per_node,
                   "Ranks of a machine (default: the GPU's)")
      ->check(CLI::Range(1, planning::most_ranks));
  add_number(*plan, "--gpu-memory-gb", options->memory_gb, "Memory of a rank, GB of 1e9 bytes");
  add_number(*plan, "--gpu-tflops", options->tflops, "Dense bf16 TFLOP/s of a rank, as published");
  add_number(*plan, "--efficiency", options->efficiency, "Share of the TFLOP/s that is reached (default 0.64)", 1);
  add_number(*plan, "--host-memory-gb", options->host_memory_gb, "The machine's memory for each rank");
  add_number(*plan, "--host-gbps", options->host_gbps, "GB/s from the machine's memory into a rank's, as reached");
  add_number(*plan, "--node-gbps", options->node_gbps, "GB/s into a rank from its machine's other ranks, as reached");
  add_number(*plan, "--net-gbps", options->net_gbps, "GB/s into a rank from other machines, as reached");
  add_number(*plan, "--disk-gbps", options->disk_gbps, "GB/s from files into a machine, as reached");
  add_number(*plan, "--prompt-tokens", options->prompt_tokens, "Tokens of a prompt (default: the pairs', else 120)");
  add_number(*plan, "--suffix-tokens", options->suffix_tokens,
             "Of them, those after what both prompts of a pair share (default: the pairs', else 14)");
  plan->add_option("--dialogue-tokens", options->dialogue_tokens, "Tokens of a training dialogue (default 512)")
      ->check(CLI::Range(1.0, 1e9));
  plan->add_flag("--json", options->json, "For programs: bytes, operations, seconds");
  plan->callback(
      [options, &chosen] { chosen = [options](stages::Session& session) { return run_plan(session, *options); }; });
}

}  // namespace pinpoint::commands
