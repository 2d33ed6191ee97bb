#include "system/parallel/communicator.h"

#include <exception>

#include "system/parallel/mpi_call.h"

namespace pinpoint::parallel {
namespace {

/// Freeing a communicator waits for its other ranks. It is not freed while an error ends the job, nor after
/// MPI_Finalize.
void free_group(MPI_Comm* group) {
  int finalised = 0;
  MPI_Finalized(&finalised);
  if (*group != MPI_COMM_WORLD && !finalised && std::uncaught_exceptions() == 0) MPI_Comm_free(group);
  delete group;
}

}  // namespace

Communicator::Communicator(void* handle)
    : handle_(handle, [](void* group) { free_group(static_cast<MPI_Comm*>(group)); }) {
  MPI_Comm_rank(comm(*this), &rank_);
  MPI_Comm_size(comm(*this), &size_);
}

Communicator Communicator::world() {
  int initialised = 0;
  MPI_Initialized(&initialised);
  return initialised ? Communicator(new MPI_Comm(MPI_COMM_WORLD)) : Communicator();
}

Communicator Communicator::split(int color) const {
  if (is_null()) return {};
  auto group = std::make_unique<MPI_Comm>(MPI_COMM_NULL);
  MPI_Comm_split(comm(*this), color, rank_, group.get());
  return Communicator(group.release());
}

Communicator Communicator::duplicate() const {
  if (is_null()) return {};
  auto same = std::make_unique<MPI_Comm>(MPI_COMM_NULL);
  MPI_Comm_dup(comm(*this), same.get());
  return Communicator(same.release());
}

Communicator Communicator::on_node() const {
  if (is_null()) return {};
  auto group = std::make_unique<MPI_Comm>(MPI_COMM_NULL);
  MPI_Comm_split_type(comm(*this), MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, group.get());
  return Communicator(group.release());
}

void Communicator::barrier() const {
  if (!is_null()) MPI_Barrier(comm(*this));
}

}  // namespace pinpoint::parallel
