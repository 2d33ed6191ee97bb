#include "parallel/communicator.h"

#include <mpi.h>

namespace pinpoint::parallel {

Communicator Communicator::world() {
  int initialised = 0;
  MPI_Initialized(&initialised);
  Communicator world;
  if (!initialised) return world;
  world.handle_ = std::make_shared<MPI_Comm>(MPI_COMM_WORLD);
  MPI_Comm_rank(MPI_COMM_WORLD, &world.rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &world.size_);
  return world;
}

void Communicator::barrier() const {
  if (!is_null()) MPI_Barrier(*static_cast<const MPI_Comm*>(handle()));
}

}  // namespace pinpoint::parallel
