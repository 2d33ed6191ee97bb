// ranks: 1 3
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "system/base/check.h"
#include "system/parallel/collectives.h"
#include "system/parallel/thread_choice.h"

namespace pinpoint::parallel {
namespace {

class ThreadChoice : public testing::Test {
 protected:
  void SetUp() override {
    unsetenv("OMP_NUM_THREADS");
    unsetenv("SLURM_CPUS_PER_TASK");
  }
  void TearDown() override { SetUp(); }

  const Communicator world = Communicator::world();
};

/// mpirun passes OMP_NUM_THREADS to the ranks of its own host only.
TEST_F(ThreadChoice, ReturnsOnAllRanksIfOnlySomeHaveTheVariable) {
  if (world.is_root()) setenv("OMP_NUM_THREADS", "5", 1);
  if (world.rank() == 1) setenv("SLURM_CPUS_PER_TASK", "7", 1);
  const int threads = choose_threads({}, world);
  const int shares[] = {5, 7};
  if (world.rank() < 2) {
    EXPECT_EQ(threads, shares[world.rank()]);
  }
  EXPECT_GE(threads, 1);
  EXPECT_EQ(sum(world, 1), world.size());  // the ranks' collectives still match
}

TEST_F(ThreadChoice, FollowsTheOptionOnAllRanks) {
  if (world.is_root()) setenv("OMP_NUM_THREADS", "5", 1);
  Options options;
  options.threads = 3;
  EXPECT_EQ(choose_threads(options, world), 3);
}

TEST_F(ThreadChoice, RefusesAVariableOfOneRankOnAllRanks) {
  if (world.rank() == world.size() - 1) setenv("OMP_NUM_THREADS", "many", 1);
  try {
    choose_threads({}, world);
    ADD_FAILURE() << "accepted";
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("OMP_NUM_THREADS=many:"));
  }
  EXPECT_EQ(sum(world, 1), world.size());
}

}  // namespace
}  // namespace pinpoint::parallel
