/// \file
/// `pinpoint export OUT --to DIR`: writes the tuned model as an HF directory.
#include "app/stages/export.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

#include "app/commands/command_line.h"
#include "system/base/check.h"

namespace pinpoint::commands {
namespace {

at::ScalarType parse_dtype(const std::string& name) {
  if (name == "bf16") return at::kBFloat16;
  if (name == "float16") return at::kHalf;
  validate(name == "float32", "--dtype: \"{}\" is not a type to export; choose bf16, float16 or float32", name);
  return at::kFloat;
}

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
  subcommand->add_option_function<std::string>(
      "--dtype", [options](const std::string& name) { options->dtype = parse_dtype(name); },
      "bf16, float16 or float32: the type of all weights, rounded to nearest (default: tuned tensors as the tuning "
      "computed with them, all others as stored)");
  add_log_level(*subcommand, common);
  subcommand->callback(
      [options, &chosen] { chosen = [options](stages::Session& session) { return run_export(session, *options); }; });
}

}  // namespace pinpoint::commands
