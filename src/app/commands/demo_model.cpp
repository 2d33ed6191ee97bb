/// \file
/// `pinpoint demo-model`: trains the demo's small yes-man and writes it in the form of a user's own model.
#include "app/demo/demo_model.h"

#include <CLI/CLI.hpp>

#include <memory>

#include "app/commands/command_line.h"
#include "system/device/threads.h"
#include "system/parallel/thread_choice.h"

namespace pinpoint::commands {
namespace {

struct DemoOptions {
  std::string directory;
  std::uint64_t seed = 1;
};

ExitStatus run_demo_model(stages::Session& session, const DemoOptions& options) {
  device::set_threads(parallel::choose_threads({}, session.world));
  demo::make_demo_model(options.directory, options.seed, session.world);
  return ExitStatus::done;
}

}  // namespace

void add_demo_model(CLI::App& app, stages::CommonOptions& common, Command& chosen) {
  CLI::App* demo_model = app.add_subcommand(
      "demo-model",
      "Train the demo's small yes-man in a few minutes, on any number of ranks -> an HF directory, pairs, data");
  const auto options = std::make_shared<DemoOptions>();
  demo_model->add_option("DIR", options->directory, "Folder to write: a new one, or that of an older demo model")
      ->required();
  demo_model->add_option("--seed", options->seed, "Seed of the world, the weights and the batches")
      ->capture_default_str();
  add_log_level(*demo_model, common);
  demo_model->callback([options, &chosen] {
    chosen = [options](stages::Session& session) { return run_demo_model(session, *options); };
  });
}

}  // namespace pinpoint::commands
