/// \file
/// The interface of every subcommand.
#pragma once

#include <functional>

#include "app/stages/session.h"
#include "system/base/check.h"

namespace CLI {
class App;
}

namespace pinpoint::commands {

/// What the program runs. The callback of the parsed subcommand sets it.
using Command = std::function<ExitStatus(stages::Session&)>;

/// Each function adds one subcommand to `app`. Parsing that subcommand fills `options` and sets `chosen`.
void add_sweep(CLI::App& app, stages::CommonOptions& options, Command& chosen);
void add_plan(CLI::App& app, stages::CommonOptions& options, Command& chosen);
void add_tune(CLI::App& app, stages::CommonOptions& options, Command& chosen);
void add_export(CLI::App& app, stages::CommonOptions& options, Command& chosen);
void add_data(CLI::App& app, stages::CommonOptions& options, Command& chosen);
void add_check(CLI::App& app, stages::CommonOptions& options, Command& chosen);
void add_tokenize(CLI::App& app, stages::CommonOptions& options, Command& chosen);
void add_demo_model(CLI::App& app, stages::CommonOptions& options, Command& chosen);
void add_demo_tuning(CLI::App& app, stages::CommonOptions& options, Command& chosen);
}  // namespace pinpoint::commands
