#include "system/parallel/mpi_session.h"

#include <mpi.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "system/base/check.h"

namespace pinpoint::parallel {
namespace {

/// What Open MPI's mpirun, srun --mpi=pmix and PMI launchers set for the processes that they start.
constexpr std::array launcher_variables{"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"};

bool started_by_launcher() {
  for (const char* name : launcher_variables)
    if (std::getenv(name)) return true;
  return false;
}

constexpr std::chrono::milliseconds courtesy{1500};

}  // namespace

MpiSession::MpiSession(int& argc, char**& argv) {
  if (!started_by_launcher()) return;
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
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
