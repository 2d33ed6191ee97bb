#include "system/parallel/mpi_session.h"

#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

#include "system/base/check.h"
#include "system/parallel/collectives.h"
#include "system/parallel/mpi_call.h"

namespace pinpoint::parallel {
namespace {

void broadcast_from_a_rank_that_does_not_exist() {
  setenv("OMPI_COMM_WORLD_SIZE", "1", 1);  // as under a launcher: MPI starts a job of one rank
  int argc = 0;
  char** argv = nullptr;
  const MpiSession session(argc, argv);
  at::Tensor tensor = at::zeros({1});
  broadcast(Communicator::world(), tensor, 7);
}

TEST(MpiSession, EndsTheJobOnAnErrorInsideMpi) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(broadcast_from_a_rank_that_does_not_exist(), testing::ExitedWithCode(1), "error: MPI failed \\(.*root");
}

TEST(Counts, AboveThoseOfMpiAreRefused) {
  constexpr std::int64_t largest = std::numeric_limits<int>::max();
  EXPECT_EQ(count_of(largest, "rows"), largest);
  EXPECT_THROW(count_of(largest + 1, "rows"), UserError);
  EXPECT_THROW(BytesType{std::int64_t{1} << 32}, UserError);  // narrowed, it would be 0 bytes
}

}  // namespace
}  // namespace pinpoint::parallel
