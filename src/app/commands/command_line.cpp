#include "app/commands/command_line.h"

#include <CLI/CLI.hpp>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>
#include <sstream>

#include "system/base/version.h"
#include "system/hdf5/h5_version.h"
#include "system/parallel/versions.h"

namespace pinpoint::commands {
namespace {

std::string version_text() {
  return fmt::format("pinpoint {} (commit {})\nLibTorch {}\n{}\nHDF5 {}\nCUDA {}", software_version(),
                     software_commit(), parallel::torch_version(), parallel::mpi_version(), hdf5::hdf5_version(),
                     parallel::cuda_version());
}

/// The command that the error belongs to, as typed: "pinpoint data pairs".
std::string path_of(const CLI::App* app) {
  std::string path = "pinpoint";
  while (!app->get_subcommands().empty()) {
    app = app->get_subcommands().front();
    path += " " + app->get_name();
  }
  return path;
}

std::vector<std::string> names_of_commands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  return names;
}

/// "error: CONFIG is required; see pinpoint sweep --help".
std::string explain(const CLI::App* app, const CLI::Error& error) {
  return fmt::format("error: {}; see {} --help\n", error.what(), path_of(app));
}

/// For "pinpoint foo" the parser itself reports only that a subcommand is missing.
void require_known_command(const CLI::App& app, int argc, const char* const* argv) {
  const std::string word = argc > 1 ? argv[1] : "";
  const std::vector<std::string> known = names_of_commands(app);
  if (word.starts_with('-') || std::ranges::find(known, word) != known.end()) return;
  throw CLI::RequiredError(
      fmt::format("{}the commands are {}", word.empty() ? "" : word + " is not a command; ", fmt::join(known, ", ")),
      CLI::ExitCodes::RequiredError);
}

}  // namespace

LineResult parse_command_line(int argc, const char* const* argv, bool prints) {
  ParsedLine line;
  CLI::App app(
      "Finds the attention heads that make a language model a yes-man.\n"
      "Runs as one process, or under mpirun / srun with any number of ranks.");
  app.name("pinpoint");
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.failure_message(explain);
  add_sweep(app, line.options, line.command);
  add_plan(app, line.options, line.command);
  add_tune(app, line.options, line.command);
  add_export(app, line.options, line.command);
  add_data(app, line.options, line.command);
  add_check(app, line.options, line.command);
  add_tokenize(app, line.options, line.command);
  add_demo_model(app, line.options, line.command);
  add_demo_tuning(app, line.options, line.command);

  try {
    require_known_command(app, argc, argv);
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, err;
    const bool asked = app.exit(error, out, err) == 0;  // --help and --version
    if (prints) std::cout << out.str() << std::flush;
    if (prints) std::cerr << err.str() << std::flush;
    return {std::nullopt, asked ? ExitStatus::done : ExitStatus::user_error};
  }
  return {std::move(line), ExitStatus::done};
}

void add_config_options(CLI::App& subcommand, stages::CommonOptions& options) {
  subcommand.add_option("CONFIG", options.config, "Configuration (YAML; configs/reference.yaml names every key)")
      ->required();
  subcommand.add_option("--set", options.set, "key.path=value, overrides the file; may be given several times")
      ->allow_extra_args(false);
  subcommand.add_option("--max-hours", options.max_hours,
                        "Stop after this time with finished work saved (exit status 75)");
  add_log_level(subcommand, options);
}

void add_log_level(CLI::App& subcommand, stages::CommonOptions& options) {
  subcommand.add_option_function<std::string>(
      "--log-level", [&options](const std::string& name) { options.log_level = parse_log_level(name); },
      "debug, info, warning or error (default info)");
}

}  // namespace pinpoint::commands
