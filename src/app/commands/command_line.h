/// \file
/// Parses the command line; the options that all commands share.
#pragma once

#include <optional>

#include "app/commands/command.h"

namespace pinpoint::commands {

struct ParsedLine {
  stages::CommonOptions options;
  Command command;
};

/// The parsed line. It is empty if everything is already printed (--help, --version, a usage error); the program then
/// ends with `status`.
struct LineResult {
  std::optional<ParsedLine> line;
  ExitStatus status = ExitStatus::done;
};
/// \param prints true on rank 0 only
LineResult parse_command_line(int argc, const char* const* argv, bool prints);

/// CONFIG, --set, --max-hours and --log-level. A command without a configuration has only --log-level.
void add_config_options(CLI::App& subcommand, stages::CommonOptions& options);
void add_log_level(CLI::App& subcommand, stages::CommonOptions& options);

}  // namespace pinpoint::commands
