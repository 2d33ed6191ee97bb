/// \file
/// What every subcommand is given and gives back.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/log.h"
#include "parallel/communicator.h"

namespace CLI {
class App;
}

namespace pinpoint::commands {

/// The options that every command takes over its own.
struct CommonOptions {
  std::string config;            ///< the YAML file; empty for commands without one
  std::vector<std::string> set;  ///< "key.path=value", over the file
  std::optional<double> max_hours;
  LogLevel log_level = LogLevel::info;
};

/// The running program, as a command sees it.
struct Session {
  parallel::Communicator world;
  LogSession& log;
  CommonOptions options;
};

/// What the command line asked for; set by the callback of the subcommand that was parsed.
using Command = std::function<ExitStatus(Session&)>;

/// Each adds one subcommand to `app`. Parsing it fills `options` and sets `chosen`.
void add_sweep(CLI::App& app, CommonOptions& options, Command& chosen);
void add_plan(CLI::App& app, CommonOptions& options, Command& chosen);
void add_tune(CLI::App& app, CommonOptions& options, Command& chosen);
void add_export(CLI::App& app, CommonOptions& options, Command& chosen);
void add_data(CLI::App& app, CommonOptions& options, Command& chosen);
void add_check(CLI::App& app, CommonOptions& options, Command& chosen);
void add_tokenize(CLI::App& app, CommonOptions& options, Command& chosen);
void add_demo_model(CLI::App& app, CommonOptions& options, Command& chosen);
void add_demo_tuning(CLI::App& app, CommonOptions& options, Command& chosen);

/// CONFIG, --set, --max-hours and --log-level; `add_log_level` alone for commands without a configuration.
void add_config_options(CLI::App& subcommand, CommonOptions& options);
void add_log_level(CLI::App& subcommand, CommonOptions& options);

}  // namespace pinpoint::commands
