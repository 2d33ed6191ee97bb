#include "system/parallel/mpi_call.h"

#include <chrono>
#include <limits>
#include <thread>

#include "system/base/check.h"

namespace pinpoint::parallel {

int count_of(std::int64_t count, std::string_view what) {
  constexpr int largest = std::numeric_limits<int>::max();
  PINPOINT_EXPECT(count >= 0);
  validate(count <= largest, "{} {} are more than MPI moves in one transfer (its counts end at {})", count, what,
           largest);
  return static_cast<int>(count);
}

BytesType::BytesType(std::int64_t bytes) {
  MPI_Type_contiguous(count_of(bytes, "bytes in a row"), MPI_BYTE, &type_);
  MPI_Type_commit(&type_);
}

bool make_progress(MPI_Request& request) {
  constexpr auto moment = std::chrono::microseconds(500);
  const auto start = std::chrono::steady_clock::now();
  int done = 0;
  do {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (!done) std::this_thread::yield();  // ranks that share this core have to do their part
  } while (!done && std::chrono::steady_clock::now() - start < moment);
  return done != 0;
}

}  // namespace pinpoint::parallel
