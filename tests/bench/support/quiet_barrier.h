/// \file
/// A barrier at which ranks sleep.
#pragma once

#include "system/parallel/communicator.h"

namespace pinpoint::bench {

/// Waits for all ranks, looking every half a millisecond: a rank inside MPI_Barrier keeps its core busy, and with it
/// slows down the one that is being timed.
void quiet_barrier(const parallel::Communicator& world);

}  // namespace pinpoint::bench
