/// \file
/// A barrier at which ranks sleep.
#pragma once

#include "system/parallel/communicator.h"

namespace pinpoint::bench {

/// Waits for all ranks and checks every half a millisecond. A rank inside MPI_Barrier would keep its core busy and slow
/// down the rank that is being timed.
void quiet_barrier(const parallel::Communicator& world);

}  // namespace pinpoint::bench
