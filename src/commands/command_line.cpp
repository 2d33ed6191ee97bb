#include "commands/command_line.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <sstream>

#include "base/version.h"
#include "io/h5_version.h"
#include "parallel/versions.h"

namespace pinpoint::commands {
namespace {

std::string version_text() {
  return fmt::format("pinpoint {} (commit {})\nLibTorch {}\n{}\nHDF5 {}\nCUDA {}", software_version(),
                     software_commit(), parallel::torch_version(), parallel::mpi_version(), io::hdf5_version(),
                     parallel::cuda_version());
}

}  // namespace

LineResult parse_command_line(int argc, const char* const* argv, bool prints) {
  ParsedLine line;
  CLI::App app(
      "Finds the attention heads that make a language model a yes-man.\n"
      "Run alone or under mpirun / srun with any number of ranks.");
  app.name("pinpoint");
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::simple);
  add_sweep(app, line.options, line.command);
  add_data(app, line.options, line.command);
  add_check(app, line.options, line.command);
  add_tokenize(app, line.options, line.command);

  try {
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

}  // namespace pinpoint::commands
