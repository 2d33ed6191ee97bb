/// \file
/// What every subcommand is given and gives back.
#pragma once

#include <functional>

#include "app/stages/session.h"
#include "system/base/check.h"

namespace CLI {
class App;
}

namespace pinpoint::commands {

/// What the command line asked for; set by the callback of the subcommand that was parsed.
using Command = std::function<ExitStatus(stages::Session&)>;

/// Each adds one subcommand to `app`. Parsing it fills `options` and sets `chosen`.
void add_sweep(CLI::App& app, stages::CommonOptions& options, Command& chosen);
void add_plan(CLI::App& app, stages::CommonOptions& options, Command& chosen);
void add_tune(CLI::App& app, stages::CommonOptions& options, Command& chosen);
void add_export(CLI::App& app, stages::CommonOptions& options, Command& chosen);
void add_data(CLI::App& app, stages::CommonOptions& options, Command& chosen);
void add_check(CLI::App& app, stages::CommonOptions& options, Command& chosen);
void add_tokenize(CLI::App& app, stages::CommonOptions& options, Command& chosen);
void add_demo_model(CLI::App& app, stages::CommonOptions& options, Command& chosen);
void add_demo_tuning(CLI::App& app, stages::CommonOptions& options, Command& chosen);

/// CONFIG, --set, --max-hours and --log-level; `add_log_level` alone for commands without a configuration.
void add_config_options(CLI::App& subcommand, stages::CommonOptions& options);
void add_log_level(CLI::App& subcommand, stages::CommonOptions& options);

}  // namespace pinpoint::commands
