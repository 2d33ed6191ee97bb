#include "study/patching/exact_check.h"

#include <gmock/gmock.h>

#include "study/patching/model_7b.h"
#include "support/example_sweep.h"

namespace pinpoint::patching {
namespace {

/// A record of 2 samples, 1 layer, 2 heads whose default values are 20, 5 and logsumexp 21, each row's 0.5 more.
effects::SweepRecord shifted_record() {
  effects::SweepRecord record = test::example_record(2, 1, 2);
  record.default_logits.select(1, 0).fill_(20);
  record.default_logits.select(1, 1).fill_(5);
  record.default_logsumexp.fill_(21);
  record.patched_logits = (record.default_logits.reshape({2, 1, 1, 2}) + 0.5).expand({2, 1, 2, 2}).contiguous();
  record.patched_logsumexp = (record.default_logsumexp.reshape({2, 1, 1}) + 0.5).expand({2, 1, 2}).contiguous();
  return record;
}

/// A literal pass that moved every value by 0.5, and the first by `more`; its default is 1 above the record's.
effects::ExactCheck check(std::int64_t sample, float more) {
  return {
      .sample = sample, .layer = 0, .head = 1, .literal = {21.5f + more, 6.5f, 22.5f}, .literal_default = {21, 6, 22}};
}

TEST(ExactCheck, ComparesChangesByThePatchAndNotLogits) {
  const float row[] = {20.5f, 5.5f, 21.5f}, unpatched[] = {20, 5, 21};
  EXPECT_EQ(compared(check(0, 0), row, unpatched).deviation, 0);
  EXPECT_FLOAT_EQ(compared(check(0, 0.25f), row, unpatched).deviation, 0.25f);
  EXPECT_FLOAT_EQ(compared(check(0, -0.25f), row, unpatched).deviation, 0.25f);
}

TEST(ExactCheck, ToleranceComesFromTheArithmeticAndTheSizeOfTheLogits) {
  EXPECT_DOUBLE_EQ(check_tolerance(Arithmetic::float32, {.largest = 2}, 5), 1e-4);
  EXPECT_DOUBLE_EQ(check_tolerance(Arithmetic::float32, {.largest = 40}, 5), 4e-4);
  EXPECT_DOUBLE_EQ(check_tolerance(Arithmetic::bf16, {.largest = 32}, 5), 0.5);
  EXPECT_DOUBLE_EQ(check_tolerance(Arithmetic::difference, {.largest = 16}, 0), 16 / 8192.0);
  EXPECT_DOUBLE_EQ(check_tolerance(Arithmetic::difference, {.largest = 16}, -3), 0.06 + 16 / 8192.0);
  EXPECT_DOUBLE_EQ(check_tolerance(Arithmetic::difference, {.largest = 0.5}, 0), 1e-4);
  EXPECT_DOUBLE_EQ(check_tolerance(Arithmetic::difference, {.largest = 16, .change = 2}, -3), 0.1 + 16 / 8192.0);
  EXPECT_DOUBLE_EQ(check_tolerance(Arithmetic::two_parts, {.largest = 16}, -3), 0.06 + 16 / 8192.0);
}

TEST(ExactCheck, VerdictIsOfTheValueNearestToItsTolerance) {
  effects::SweepRecord record = shifted_record();
  record.exact_checks = {check(0, 1e-4f), check(1, -2e-4f)};
  const CheckVerdict near = judge_checks(record, Arithmetic::float32);  // 21.5 * 1e-5
  EXPECT_TRUE(near.passed());
  EXPECT_EQ(near.worst.sample, 1);
  EXPECT_NEAR(near.deviation, 2e-4, 5e-6);
  EXPECT_DOUBLE_EQ(near.tolerance, 2.15e-4);

  record.exact_checks.push_back(check(0, 3e-4f));
  EXPECT_FALSE(judge_checks(record, Arithmetic::float32).passed());
  EXPECT_TRUE(judge_checks(record, Arithmetic::difference).passed());
  record.exact_checks.push_back(check(0, 0.25f));
  EXPECT_FALSE(judge_checks(record, Arithmetic::difference).passed());
  EXPECT_TRUE(judge_checks(record, Arithmetic::bf16).passed());
  record.exact_checks.push_back(check(0, 0.5f));
  EXPECT_FALSE(judge_checks(record, Arithmetic::bf16).passed());
}

/// A null row with the bits of pass A says nothing about patched rows.
TEST(ExactCheck, VerdictDoesNotDependOnTheDistanceOfNullRowAndPassA) {
  effects::SweepRecord record = shifted_record();
  record.exact_checks = {check(0, 0.25f)};
  for (const double distance : {0.0, 1.0}) {
    record.pass_a_logits = record.default_logits + distance;
    EXPECT_FALSE(judge_checks(record, Arithmetic::difference).passed());
  }
}

TEST(Checks, AreDistinctAscendingAndTheSameForASeed) {
  const auto checks = choose_checks(42, 50, 3, model_7b());
  ASSERT_EQ(checks.size(), 50u);
  for (std::size_t i = 1; i < checks.size(); ++i)
    EXPECT_LT(std::tie(checks[i - 1].sample, checks[i - 1].layer, checks[i - 1].head),
              std::tie(checks[i].sample, checks[i].layer, checks[i].head));
  EXPECT_EQ(checks, choose_checks(42, 50, 3, model_7b()));
  EXPECT_NE(checks, choose_checks(43, 50, 3, model_7b()));
}

TEST(Checks, AreAllHeadsIfMoreAreAskedFor) { EXPECT_EQ(choose_checks(1, 1'000'000, 2, model_7b()).size(), 2048u); }

}  // namespace
}  // namespace pinpoint::patching
