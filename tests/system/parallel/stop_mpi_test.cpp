// ranks: 1 2
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>

#include "support/shared.h"
#include "support/user_error.h"
#include "system/parallel/stop.h"

namespace pinpoint::parallel {
namespace {

using Time = std::chrono::system_clock;

class StopRequestTest : public testing::Test {
 protected:
  /// Sends SIGUSR1 to the last rank.
  void signal_one_rank() const {
    if (world_.rank() == world_.size() - 1) std::raise(SIGUSR1);
  }

  Communicator world_ = Communicator::world();
  test::TemporaryFolder folder_;
  std::filesystem::path stop_file_ = folder_.path() / "STOP";
};

TEST(GraceSeconds, AreHalfOfTheKnownTimeWithinLimits) {
  EXPECT_EQ(grace_seconds(std::nullopt), 20);
  EXPECT_EQ(grace_seconds(30), 15);
  EXPECT_EQ(grace_seconds(3600), 120);
  EXPECT_EQ(grace_seconds(-5), 0);
}

TEST_F(StopRequestTest, KeepsRunningWithoutARequest) {
  StopRequest stop(world_, {}, stop_file_);
  EXPECT_FALSE(stop.asked().has_value());
  EXPECT_FALSE(stop.asked(1e9).has_value());
  EXPECT_FALSE(stop.seconds_left().has_value());
}

TEST_F(StopRequestTest, ASignalToOneRankStopsAllAndLetsShortWorkFinish) {
  StopRequest stop(world_, {}, stop_file_);
  signal_one_rank();
  EXPECT_EQ(stop.asked(), ExitStatus::stopped_early);
  EXPECT_TRUE(stop.may_finish(1));
  EXPECT_FALSE(stop.may_finish(30));
}

TEST_F(StopRequestTest, ASecondSignalEndsAllWork) {
  StopRequest stop(world_, {}, stop_file_);
  signal_one_rank();
  EXPECT_EQ(stop.asked(), ExitStatus::stopped_early);
  signal_one_rank();
  EXPECT_FALSE(stop.may_finish(0));
}

TEST_F(StopRequestTest, SignalsOfAnEarlierRunAreForgotten) {
  { StopRequest(world_, {}, stop_file_); }
  signal_one_rank();  // ignored: everything was saved
  StopRequest stop(world_, {}, stop_file_);
  EXPECT_FALSE(stop.asked().has_value());
}

TEST_F(StopRequestTest, TheEndOfTheJobIsALimitWithAReserve) {
  StopRequest stop(world_, {std::nullopt, Time::now() + std::chrono::seconds(1000)}, stop_file_);
  EXPECT_FALSE(stop.asked().has_value());
  EXPECT_NEAR(stop.seconds_left().value_or(0), 940, 20);
  EXPECT_EQ(stop.asked(/*needed=*/1000), ExitStatus::stopped_early);
  if (world_.is_root()) EXPECT_EQ(stop.reason(), "the time limit of the Slurm job");
  EXPECT_TRUE(stop.may_finish(60));
  EXPECT_FALSE(stop.may_finish(121));
}

TEST_F(StopRequestTest, TheFirstLimitCounts) {
  StopRequest stop(world_, {0.1, Time::now() + std::chrono::hours(4)}, stop_file_);
  EXPECT_NEAR(stop.seconds_left().value_or(0), 360, 20);
  EXPECT_EQ(stop.asked(400), ExitStatus::stopped_early);
  if (world_.is_root()) EXPECT_EQ(stop.reason(), "--max-hours");
}

TEST_F(StopRequestTest, TheFileHasAStatusOfItsOwn) {
  StopRequest stop(world_, {0.0, std::nullopt}, stop_file_);
  EXPECT_EQ(stop.asked(), ExitStatus::stopped_early);
  if (world_.is_root()) test::write_text(stop_file_, "");
  world_.barrier();
  EXPECT_EQ(stop.asked(), ExitStatus::stop_file);
}

}  // namespace
}  // namespace pinpoint::parallel
