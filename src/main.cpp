/// \file
/// pinpoint: the command line, MPI up, one command, one exit status.

#include <c10/util/Exception.h>

#include <new>

#include "app/commands/command_line.h"
#include "system/base/check.h"
#include "system/base/log.h"
#include "system/parallel/communicator.h"
#include "system/parallel/mpi_session.h"

namespace {

using namespace pinpoint;

/// Tells the error once and takes the whole job down, so that no rank waits for this one.
int fail(const parallel::MpiSession& mpi, ExitStatus status, const std::string& message) {
  mpi.yield_to_root();
  log_error("{}", message);
  mpi.abort(static_cast<int>(status));
  return static_cast<int>(status);
}

int run(const parallel::MpiSession& mpi, int argc, char** argv) {
  const parallel::Communicator world = parallel::Communicator::world();
  std::optional<LogSession> log;
  try {
    commands::LineResult parsed = commands::parse_command_line(argc, argv, world.is_root());
    if (!parsed.line) return static_cast<int>(parsed.status);
    log.emplace(world.rank(), world.size(), parsed.line->options.log_level);
    stages::Session session{world, *log, parsed.line->options};
    const ExitStatus status = parsed.line->command(session);
    world.barrier();  // the launcher kills the others at the first status that is not 0: all must have written by then
    return static_cast<int>(status);
  } catch (const Error& error) {
    return fail(mpi, error.status(), error.what());
  } catch (const std::bad_alloc&) {
    return fail(mpi, ExitStatus::failure,
                "out of memory; use fewer ranks on this node, a smaller sweep.block, or bf16");
  } catch (const c10::Error& error) {
    return fail(mpi, ExitStatus::failure, error.what_without_backtrace());
  } catch (const std::exception& error) {
    return fail(mpi, ExitStatus::failure, error.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const parallel::MpiSession mpi(argc, argv);
  return run(mpi, argc, argv);
}
