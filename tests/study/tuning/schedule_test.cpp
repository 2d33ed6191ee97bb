#include "study/tuning/schedule.h"

#include <gtest/gtest.h>

#include <limits>

#include "study/tuning/convergence.h"
#include "support/user_error.h"

namespace pinpoint::tuning {
namespace {

TEST(Schedule, WarmsUpAndFallsAsACosine) {
  TuneOptions options;
  options.max_lr = 8;
  options.min_lr = 2;
  options.warmup_ratio = 0.2;
  // S = 20, w = 4: 2 4 6 8, then from 8 at t = 4, half way down at t = 12.
  EXPECT_DOUBLE_EQ(learning_rate(options, 0, 20), 2);
  EXPECT_DOUBLE_EQ(learning_rate(options, 3, 20), 8);
  EXPECT_DOUBLE_EQ(learning_rate(options, 4, 20), 8);
  EXPECT_DOUBLE_EQ(learning_rate(options, 12, 20), 5);
  EXPECT_NEAR(learning_rate(options, 8, 20), 5 + 3 * 0.7071067811865476, 1e-14);
  EXPECT_GT(learning_rate(options, 19, 20), 2);
}

/// 0.02 * 150 may be 3.0000000000000004 in floating point, but it is 3 steps.
TEST(Schedule, RoundsTheWarmupUpButIgnoresRoundingErrors) {
  TuneOptions options;
  options.max_lr = 1;
  EXPECT_DOUBLE_EQ(learning_rate(options, 1, 150), 2.0 / 3);
  EXPECT_DOUBLE_EQ(learning_rate(options, 1, 151), 2.0 / 4);
  options.warmup_ratio = 0;
  EXPECT_DOUBLE_EQ(learning_rate(options, 0, 7), 1);
  options.warmup_ratio = 0.99;
  EXPECT_DOUBLE_EQ(learning_rate(options, 0, 1), 1);  // w = S
}

TEST(Schedule, CountsStepsByEpochsUnlessStepsAreGiven) {
  TuneOptions options;
  options.batch = 32;
  options.epochs = 2;
  EXPECT_EQ(number_of_steps(options, 3840), 240);
  EXPECT_EQ(number_of_steps(options, 100), 6);  // 6.25
  options.epochs = 0.1;
  options.batch = 3;
  EXPECT_EQ(number_of_steps(options, 90), 3);
  EXPECT_NE(test::user_error([&] { number_of_steps(options, 29); }).find("tune.epochs"), std::string::npos);
  options.steps = 7;
  EXPECT_EQ(number_of_steps(options, 1), 7);
}

TEST(Schedule, RefusesStepsThatCannotBeCounted) {
  TuneOptions options;
  options.epochs = 1e300;
  EXPECT_NE(test::user_error([&] { number_of_steps(options, 29); }).find("tune.epochs"), std::string::npos);
  options.steps = std::numeric_limits<std::int64_t>::max();
  EXPECT_NE(test::user_error([&] { number_of_steps(options, 29); }).find("tune.steps"), std::string::npos);
}

TEST(Schedule, CountsVisitsThatWholeBatchesLeaveOut) {
  const auto left_out = [](std::int64_t count, std::int64_t batch, double epochs) {
    TuneOptions options;
    options.batch = batch;
    options.epochs = epochs;
    return visits_left_out(options, count);
  };
  EXPECT_EQ(left_out(63, 32, 1), 31);
  EXPECT_EQ(left_out(33, 32, 1), 1);
  EXPECT_EQ(left_out(5, 4, 1), 1);
  EXPECT_EQ(left_out(5, 4, 2), 2);
  EXPECT_EQ(left_out(64, 32, 1), 0);
  EXPECT_EQ(left_out(48, 32, 2), 0) << "the middle batch spans both epochs";
  EXPECT_EQ(left_out(90, 3, 0.1), 0) << "9 visits";
  EXPECT_EQ(left_out(100, 3, 0.1), 1) << "10 visits";
  TuneOptions options;
  options.steps = 1;
  EXPECT_EQ(visits_left_out(options, 63), 0) << "the steps were chosen";
}

TEST(Convergence, NeedsPatienceWindowsWithoutProgress) {
  const Converge rule{.window = 2, .relative = 0.1, .patience = 2};
  // Means: 10, 8, 7.9 (not 10 % lower), 7.3 (not 10 % lower than 7.9): the second in a row.
  const std::vector<double> losses{11, 9, 8, 8, 8, 7.8, 7, 7.6};
  EXPECT_FALSE(has_converged(rule, std::span(losses).first(7)));
  EXPECT_TRUE(has_converged(rule, losses));
  // A lower window restarts the count: 10, 9.5, 5, 5, 5.
  const std::vector<double> late{10, 10, 9.5, 9.5, 5, 5, 5, 5, 5, 5};
  EXPECT_FALSE(has_converged(rule, std::span(late).first(8)));
  EXPECT_TRUE(has_converged(rule, late));
  EXPECT_FALSE(has_converged(rule, {}));
}

TEST(Convergence, IsNotReachedByALossThatKeepsFalling) {
  std::vector<double> losses;
  for (double loss = 10; losses.size() < 400; loss *= 0.99) losses.push_back(loss);
  EXPECT_FALSE(has_converged({}, losses));
}

}  // namespace
}  // namespace pinpoint::tuning
