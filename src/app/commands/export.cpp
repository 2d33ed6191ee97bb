/// \file
/// `pinpoint export OUT --to DIR`: writes the tuned model as an HF directory.
#include "app/stages/export.h"

#include <CLI/CLI.hpp>

#include <memory>

#include "app/commands/command_line.h"

namespace pinpoint::commands {
namespace {

/// Rank 0 exports. The other ranks have nothing to do.
ExitStatus run_export(stages::Session& session, const stages::ExportOptions& options) {
  if (session.world.is_root()) stages::export_tuned(options);
  return ExitStatus::done;
}

}  // namespace

void add_export(CLI::App& app, stages::CommonOptions& common, Command& chosen) {
  CLI::App* subcommand = app.add_subcommand("export", "Write the tuned model as an HF directory");
  const auto options = std::make_shared<stages::ExportOptions>();
  subcommand->add_option("OUT", options->out, "Output folder of `pinpoint tune`")->required();
  subcommand->add_option("--to", options->to, "New folder to write")->required();
  subcommand->add_option("--step", options->step, "Step whose checkpoint is exported (default: the newest)");
  subcommand->add_flag("--changed-only", options->changed_only, "Write only the tuned tensors");
  add_log_level(*subcommand, common);
  subcommand->callback(
      [options, &chosen] { chosen = [options](stages::Session& session) { return run_export(session, *options); }; });
}

}  // namespace pinpoint::commands
