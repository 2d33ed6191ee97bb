#include "system/parallel/pending.h"

#include <chrono>
#include <thread>

namespace pinpoint::parallel {

bool make_progress(MPI_Request& request) {
  constexpr auto moment = std::chrono::microseconds(500);
  const auto start = std::chrono::steady_clock::now();
  int done = 0;
  do {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (!done) std::this_thread::yield();  // where ranks share a core, the others have to do their part
  } while (!done && std::chrono::steady_clock::now() - start < moment);
  return done != 0;
}

}  // namespace pinpoint::parallel
