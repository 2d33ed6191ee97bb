#include "app/stages/attempts.h"

#include <gtest/gtest.h>

#include "support/shared.h"

namespace pinpoint::stages {
namespace {

class AttemptsTest : public testing::Test {
 protected:
  /// A start of `sweep`.
  Attempts start(const std::string& job = "", std::int64_t requeues = 0, const std::string& conditions = "same") {
    return {file_, "sweep", {.id = job, .requeues = requeues, .begin = {}, .limit = {}}, conditions};
  }
  /// The fruitless starts after one that begins with `saved` samples and saves nothing.
  std::int64_t stop_in_vain(std::int64_t saved, const std::string& conditions = "same") {
    Attempts now = start("", 0, conditions);
    now.begin(false, saved);
    return now.stop(2, false);
  }

  test::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "attempts.json";
};

TEST_F(AttemptsTest, CountsSuccessiveStartsThatSavedNothing) {
  EXPECT_EQ(stop_in_vain(0), 1);
  EXPECT_EQ(stop_in_vain(0), 2);
  EXPECT_EQ(stop_in_vain(0), 3);
}

TEST_F(AttemptsTest, CountsAnewAfterSavedWork) {
  stop_in_vain(0);
  Attempts better = start();
  better.begin(false, 0);
  EXPECT_EQ(better.stop(2, true), 0);
  EXPECT_EQ(stop_in_vain(8), 1);
  // A start that was killed after it had saved something.
  start().begin(false, 8);
  EXPECT_EQ(stop_in_vain(12), 1);
}

TEST_F(AttemptsTest, CountsAnewUnderOtherConditionsAndAfterTheEnd) {
  stop_in_vain(0);
  EXPECT_EQ(stop_in_vain(0, "more time"), 1);
  Attempts last = start("", 0, "more time");
  last.begin(false, 0);
  last.finish();
  EXPECT_EQ(stop_in_vain(0, "more time"), 1);
}

TEST_F(AttemptsTest, DoesNotCountStartsThatWereKilled) {
  stop_in_vain(0);
  start().begin(false, 0);
  EXPECT_EQ(stop_in_vain(0), 2);
}

TEST_F(AttemptsTest, CountsEachCommandByItself) {
  stop_in_vain(0);
  Attempts tune(file_, "tune", {}, "same");
  tune.begin(false, 0);
  EXPECT_EQ(tune.stop(1, false), 1);
  EXPECT_EQ(stop_in_vain(0), 2);
}

TEST_F(AttemptsTest, KnowsHowLongTheLastStartRanUnderTheSameConditions) {
  EXPECT_FALSE(start().seconds_of_last().has_value());
  stop_in_vain(0);
  EXPECT_EQ(start().seconds_of_last(), 2);
  EXPECT_FALSE(start("", 0, "more time").seconds_of_last().has_value());
}

TEST_F(AttemptsTest, FreshIsAppliedOncePerSlurmJob) {
  EXPECT_FALSE(start("7").has_applied_fresh());
  Attempts first = start("7");
  first.begin(true, 0);
  EXPECT_TRUE(start("7", 1).has_applied_fresh());  // killed
  first.stop(2, true);
  EXPECT_TRUE(start("7", 1).has_applied_fresh());
  EXPECT_TRUE(start("7").has_applied_fresh());  // restarted by its script
  EXPECT_FALSE(start("8").has_applied_fresh());
  first.finish();
  EXPECT_TRUE(start("7", 1).has_applied_fresh());
  EXPECT_FALSE(start("7").has_applied_fresh());  // a new run in the same allocation
}

TEST_F(AttemptsTest, AJobThatBeganWithoutFreshAppliesIt) {
  start("7").begin(false, 0);
  EXPECT_FALSE(start("7", 1).has_applied_fresh());
}

TEST_F(AttemptsTest, FreshIsAppliedAtEveryStartOutsideOfSlurm) {
  start().begin(true, 0);
  EXPECT_FALSE(start().has_applied_fresh());
}

TEST_F(AttemptsTest, ADamagedFileStopsNothing) {
  test::write_text(file_, "{");
  EXPECT_EQ(stop_in_vain(0), 1);
}

}  // namespace
}  // namespace pinpoint::stages
