/// \file
/// `pinpoint export OUT --to DIR`: the tuned model as an HF directory.
#include "app/stages/export.h"

#include <CLI/CLI.hpp>

#include <memory>

#include "app/commands/command.h"

namespace pinpoint::commands {
namespace {

/// One rank's work, whatever the number of ranks.
ExitStatus run_export(stages::Session& session, const stages::ExportOptions& options) {
  if (session.world.is_root()) stages::export_tuned(options);
  return ExitStatus::done;
}

}  // namespace

void add_export(CLI::App& app, stages::CommonOptions& common, Command& chosen) {
  CLI::App* subcommand = app.add_subcommand("export", "The tuned model as an HF directory");
  const auto options = std::make_shared<stages::ExportOptions>();
  subcommand->add_option("OUT", options->out, "Output folder of a `pinpoint tune`")->required();
  subcommand->add_option("--to", options->to, "New folder to write")->required();
  subcommand->add_option("--step", options->step, "The checkpoint of that step; default: the newest");
  subcommand->add_flag("--changed-only", options->changed_only, "Only the tensors that were tuned");
  add_log_level(*subcommand, common);
  subcommand->callback(
      [options, &chosen] { chosen = [options](stages::Session& session) { return run_export(session, *options); }; });
}

}  // namespace pinpoint::commands
