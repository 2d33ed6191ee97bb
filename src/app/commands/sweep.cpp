/// \file
/// `pinpoint sweep`: the effect of every (layer, head) on the reply's first token, by path patching.

#include <CLI/CLI.hpp>

#include <memory>

#include "app/commands/command_line.h"
#include "app/stages/sweep/sweep_stage.h"

namespace pinpoint::commands {
namespace {

ExitStatus run_sweep(stages::Session& session, stages::Completeness wanted) {
  stages::Job job(session, "sweep", {"model.path", "output", "sweep.pairs"});
  pretrained::ModelDirectory directory(job.config().model.path);
  stages::SweepStage stage(job, directory.config(), wanted);
  return stages::run_stage(job, directory, stage);
}

}  // namespace

void add_sweep(CLI::App& app, stages::CommonOptions& common, Command& chosen) {
  CLI::App* sweep = app.add_subcommand("sweep", "Path patching over every head -> OUT/effects.h5, OUT/heads.json");
  add_config_options(*sweep, common);
  const auto partial = std::make_shared<bool>(false);
  sweep->add_flag("--partial", *partial, "Compute nothing: assemble effects.h5 from the finished blocks");
  sweep->callback([partial, &chosen] {
    chosen = [wanted = *partial ? stages::Completeness::partial : stages::Completeness::complete](
                 stages::Session& session) { return run_sweep(session, wanted); };
  });
}

}  // namespace pinpoint::commands
