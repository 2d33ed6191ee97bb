#include "system/parallel/mpi_session.h"

#include <mpi.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "system/base/check.h"
#include "system/base/log.h"

namespace pinpoint::parallel {
namespace {

/// Set by Open MPI's mpirun, srun --mpi=pmix and PMI launchers for the processes that they start.
constexpr std::array launcher_variables{"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"};

bool started_by_launcher() {
  for (const char* name : launcher_variables)
    if (std::getenv(name)) return true;
  return false;
}

constexpr std::chrono::milliseconds courtesy{1500};

/// MPI calls this for an error in any call. Groups of ranks inherit it from the world.
void end_job(MPI_Comm*, int* error, ...) {
  std::array<char, MPI_MAX_ERROR_STRING> reason{};
  int length = 0;
  MPI_Error_string(*error, reason.data(), &length);
  log_error("MPI failed ({}); check the network and the other ranks' messages", reason.data());
  MPI_Abort(MPI_COMM_WORLD, static_cast<int>(ExitStatus::failure));
}

void end_job_on_errors() {
  MPI_Errhandler handler = MPI_ERRHANDLER_NULL;
  MPI_Comm_create_errhandler(end_job, &handler);
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, handler);
  MPI_Errhandler_free(&handler);  // MPI keeps it until the world ends
}

}  // namespace

MpiSession::MpiSession(int& argc, char**& argv) {
  if (!started_by_launcher()) return;
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  end_job_on_errors();
  if (provided < MPI_THREAD_FUNNELED) throw Failure("this MPI does not allow threads beside the one that calls it");
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  active_ = true;
}

MpiSession::~MpiSession() {
  if (active_) MPI_Finalize();
}

void MpiSession::yield_to_root() const {
  if (rank_ != 0) std::this_thread::sleep_for(courtesy);
}

void MpiSession::abort(int status) const {
  int size = 1;
  if (active_) MPI_Comm_size(MPI_COMM_WORLD, &size);
  if (size > 1) MPI_Abort(MPI_COMM_WORLD, status);
}

}  // namespace pinpoint::parallel
