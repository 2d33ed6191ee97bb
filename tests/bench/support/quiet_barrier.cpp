#include "bench/support/quiet_barrier.h"

#include <mpi.h>

#include <chrono>
#include <thread>

namespace pinpoint::bench {

void quiet_barrier(const parallel::Communicator& world) {
  if (world.is_null()) return;
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Ibarrier(*static_cast<const MPI_Comm*>(world.handle()), &request);
  for (int arrived = 0; !arrived; MPI_Test(&request, &arrived, MPI_STATUS_IGNORE))
    std::this_thread::sleep_for(std::chrono::microseconds(500));
}

}  // namespace pinpoint::bench
