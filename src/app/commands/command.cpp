#include "app/commands/command.h"

#include <CLI/CLI.hpp>

namespace pinpoint::commands {

void add_config_options(CLI::App& subcommand, stages::CommonOptions& options) {
  subcommand.add_option("CONFIG", options.config, "Configuration (YAML; configs/reference.yaml names every key)")
      ->required();
  subcommand.add_option("--set", options.set, "key.path=value, overrides the file; may be given several times")
      ->allow_extra_args(false);
  subcommand.add_option("--max-hours", options.max_hours,
                        "Stop after this time with everything saved (exit status 75)");
  add_log_level(subcommand, options);
}

void add_log_level(CLI::App& subcommand, stages::CommonOptions& options) {
  subcommand.add_option_function<std::string>(
      "--log-level", [&options](const std::string& name) { options.log_level = parse_log_level(name); },
      "debug, info, warning or error (default info)");
}

}  // namespace pinpoint::commands
