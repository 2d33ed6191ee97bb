#include "system/parallel/mpi_session.h"

#include <mpi.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "system/base/check.h"
#include "system/base/log.h"
#include "system/parallel/as_error.h"
#include "system/parallel/launcher.h"
#include "system/parallel/versions.h"

namespace pinpoint::parallel {
namespace {

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
  if (!is_launched_for(mpi_version(), std::getenv)) return;
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  end_job_on_errors();
  if (provided < MPI_THREAD_FUNNELED) {
    log_error("this MPI does not allow threads beside the one that calls it; use an MPI built with threads");
    MPI_Abort(MPI_COMM_WORLD, static_cast<int>(ExitStatus::failure));
  }
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  active_ = true;
}

MpiSession::~MpiSession() {
  if (active_) MPI_Finalize();
}

int MpiSession::run(const std::function<ExitStatus()>& part) const {
  try {
    return static_cast<int>(part());
  } catch (const std::exception& error) {
    return fail(as_error(error));
  }
}

int MpiSession::fail(const Error& error) const {
  const int status = static_cast<int>(error.status());
  if (rank_ != 0) std::this_thread::sleep_for(courtesy);
  log_error("{}", error.what());
  int size = 1;
  if (active_) MPI_Comm_size(MPI_COMM_WORLD, &size);
  if (size > 1) MPI_Abort(MPI_COMM_WORLD, status);
  return status;
}

}  // namespace pinpoint::parallel
