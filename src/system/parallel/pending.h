/// \file
/// What a non-blocking collective needs while it is under way. Only parallel/ knows MPI.
#pragma once

#include <mpi.h>

namespace pinpoint::parallel {

/// Moves it along for a moment, half a millisecond: one call moves one of many fragments, a moment of calls some
/// megabytes, and it takes little of a product's time. True when it is done.
bool make_progress(MPI_Request& request);

}  // namespace pinpoint::parallel
