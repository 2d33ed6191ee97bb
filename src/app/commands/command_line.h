/// \file
/// The command line: which command, with which options.
#pragma once

#include <optional>

#include "app/commands/command.h"

namespace pinpoint::commands {

struct ParsedLine {
  stages::CommonOptions options;
  Command command;
};

/// What the words ask for; none where the answer is already printed (--help, --version, a mistake in the words), and
/// `status` says how to end. Only rank 0 prints.
struct LineResult {
  std::optional<ParsedLine> line;
  ExitStatus status = ExitStatus::done;
};
LineResult parse_command_line(int argc, const char* const* argv, bool prints);

}  // namespace pinpoint::commands
