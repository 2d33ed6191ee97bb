/// \file
/// `pinpoint tune`: supervised tuning, of the chosen heads or of every weight.

#include <CLI/CLI.hpp>

#include "app/commands/command_line.h"
#include "app/stages/tune/tune_stage.h"

namespace pinpoint::commands {
namespace {

ExitStatus run_tune(stages::Session& session) {
  stages::Job job(session, "tune", {"model.path", "output", "tune.data"});
  pretrained::ModelDirectory directory(job.config().model.path);
  stages::TuneStage stage(job, directory.config());
  return stages::run_stage(job, directory, stage);
}

}  // namespace

void add_tune(CLI::App& app, stages::CommonOptions& common, Command& chosen) {
  CLI::App* tune =
      app.add_subcommand("tune", "Tune the chosen heads, or every weight -> OUT/checkpoints, OUT/tune.jsonl");
  add_config_options(*tune, common);
  tune->callback([&chosen] { chosen = run_tune; });
}

}  // namespace pinpoint::commands
