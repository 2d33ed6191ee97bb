/// \file
/// `pinpoint demo-tuning`: tunes the heads that a sweep found in the demo's yes-man, random heads in their place, and
/// every weight.
#include <CLI/CLI.hpp>

#include <memory>

#include "app/commands/command_line.h"
#include "app/demo/tuning_comparison.h"
#include "system/device/threads.h"
#include "system/parallel/thread_choice.h"

namespace pinpoint::commands {
namespace {

ExitStatus run_demo_tuning(stages::Session& session, const demo::ComparisonOptions& options) {
  device::set_threads(parallel::choose_threads({}, session.world));
  demo::compare_tunings(options, session.world);
  return ExitStatus::done;
}

}  // namespace

void add_demo_tuning(CLI::App& app, stages::CommonOptions& common, Command& chosen) {
  CLI::App* subcommand = app.add_subcommand(
      "demo-tuning", "Tune the demo's yes-man: the sweep's heads, random ones of the same layers, every weight");
  const auto options = std::make_shared<demo::ComparisonOptions>();
  subcommand->add_option("MODEL", options->model, "Folder written by `pinpoint demo-model`")->required();
  subcommand->add_option("HEADS", options->heads, "heads.json of a sweep of that model")->required();
  subcommand->add_option("--count", options->count, "Number of heads, from the first in the list")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  subcommand->add_option("--draws", options->draws, "Number of random sets to compare with")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  subcommand->add_option("--to", options->to, "JSON file to write the numbers to");
  add_log_level(*subcommand, common);
  subcommand->callback([options, &chosen] {
    chosen = [options](stages::Session& session) { return run_demo_tuning(session, *options); };
  });
}

}  // namespace pinpoint::commands
