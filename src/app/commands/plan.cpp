/// \file
/// `pinpoint plan`: memory, bytes moved and time of every stage on a number of ranks, without weights or a GPU.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "app/commands/command_line.h"
#include "app/stages/job_plan.h"

namespace pinpoint::commands {
namespace {

ExitStatus run_plan(const stages::Session& session, const stages::PlanOptions& options) {
  const config::Config config = config::load_config(session.options.config, session.options.set);
  config::require_keys(config, {"model.path"}, "plan");
  const report::PlanReport report = stages::plan_job(config, options);
  if (!session.world.is_root()) return ExitStatus::done;
  std::cout << (options.json ? report::plan_json(report) : report::plan_text(report)) << std::flush;
  validate(std::cout.good(),
           "standard output: cannot be written to (it is closed, or its disk is full); redirect it elsewhere");
  return ExitStatus::done;
}

/// The option `name`: a finite number above 0, up to `most`.
void add_number(CLI::App& command, const std::string& name, std::optional<double>& number, const std::string& help,
                double most = 1e15) {
  const auto check = [most](const std::string& text) {
    double value = 0;
    const bool right = CLI::detail::lexical_cast(text, value) && value > 0 && value <= most;  // false for NaN
    return right ? std::string() : fmt::format("{} is not a number above 0 and up to {:g}", text, most);
  };
  command.add_option(name, number, help)->check(CLI::Validator(check, "NUMBER"));
}

}  // namespace

void add_plan(CLI::App& app, stages::CommonOptions& common, Command& chosen) {
  const auto options = std::make_shared<stages::PlanOptions>();
  CLI::App* plan = app.add_subcommand("plan", "Memory, bytes moved and time of every stage, without weights or a GPU");
  add_config_options(*plan, common);
  plan->add_option("--ranks", options->ranks, "Ranks of the job, one per GPU")
      ->required()
      ->check(CLI::Range(1, planning::most_ranks));
  plan->add_option("--gpu", options->gpu, "A GPU of configs/gpus.yaml (an unknown name lists them), or cpu");
  plan->add_option("--ranks-per-node,--gpus-per-node", options->ranks_per_node,
                   "Ranks per machine (default: that of the GPU)")
      ->check(CLI::Range(1, planning::most_ranks));
  add_number(*plan, "--gpu-memory-gb", options->memory_gb, "Memory per rank, in GB of 1e9 bytes");
  add_number(*plan, "--gpu-tflops", options->tflops, "Dense bf16 TFLOP/s per rank, as published");
  add_number(*plan, "--efficiency", options->efficiency, "Share of the TFLOP/s that is reached (default 0.64)", 1);
  add_number(*plan, "--host-memory-gb", options->host_memory_gb, "Host memory per rank, in GB");
  add_number(*plan, "--host-gbps", options->host_gbps, "GB/s from host memory into a rank's memory, as reached");
  add_number(*plan, "--node-gbps", options->node_gbps, "GB/s into a rank from other ranks of its machine, as reached");
  add_number(*plan, "--net-gbps", options->net_gbps, "GB/s into a rank from other machines, as reached");
  add_number(*plan, "--disk-gbps", options->disk_gbps, "GB/s from files into a machine, as reached");
  add_number(*plan, "--prompt-tokens", options->prompt_tokens, "Tokens per prompt (default: from the pairs, else 120)");
  add_number(*plan, "--suffix-tokens", options->suffix_tokens,
             "Tokens after the part that both prompts of a pair share (default: from the pairs, else 14)");
  plan->add_option("--dialogue-tokens", options->dialogue_tokens, "Tokens per training dialogue (default 512)")
      ->check(CLI::Range(1.0, 1e9));
  plan->add_flag("--json", options->json, "Print JSON for programs: bytes, operations, seconds");
  plan->callback([options, &common, &chosen] {
    common.is_read_only = true;
    chosen = [options](stages::Session& session) { return run_plan(session, *options); };
  });
}

}  // namespace pinpoint::commands
