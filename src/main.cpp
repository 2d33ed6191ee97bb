/// \file
/// pinpoint: the command line, MPI up, one command, one exit status.

#include <cstdlib>
#include <optional>

#include "app/commands/command_line.h"
#include "system/base/check.h"
#include "system/base/log.h"
#include "system/parallel/communicator.h"
#include "system/parallel/launcher.h"
#include "system/parallel/mpi_session.h"
#include "system/parallel/versions.h"

namespace {

using namespace pinpoint;

/// Whether this process is one of several that MPI takes for jobs of their own. The first of them says so.
bool is_refused(const stages::CommonOptions& options, int ranks) {
  const parallel::Launch launch = parallel::read_launch(std::getenv);
  if (options.is_read_only || !parallel::is_split(launch, ranks)) return false;
  if (launch.rank == 0) log_error("{}", parallel::explain_split(launch, parallel::mpi_version()));
  return true;
}

ExitStatus run(std::optional<LogSession>& log, int argc, char** argv) {
  const parallel::Communicator world = parallel::Communicator::world();
  commands::LineResult parsed = commands::parse_command_line(argc, argv, world.is_root());
  if (!parsed.line) return parsed.status;
  log.emplace(world.rank(), world.size(), parsed.line->options.log_level);
  if (is_refused(parsed.line->options, world.size())) return ExitStatus::user_error;
  stages::Session session{world, *log, parsed.line->options};
  const ExitStatus status = parsed.line->command(session);
  world.barrier();  // the launcher kills the others at the first status that is not 0: all must have written by then
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  const parallel::MpiSession mpi(argc, argv);
  std::optional<LogSession> log;  // outlives an error, which is written to it
  return mpi.run([&] { return run(log, argc, argv); });
}
