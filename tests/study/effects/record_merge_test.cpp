#include "study/effects/record_merge.h"

#include <ATen/ops/equal.h>
#include <gmock/gmock.h>

#include "support/example_sweep.h"

namespace pinpoint::effects {
namespace {

using ::testing::ElementsAre;

TEST(RecordMerge, ConcatenationKeepsOrderAndRepetitions) {
  const SweepRecord all = test::example_record(3, 2, 2);
  const std::vector<SweepRecord> parts{select(all, {2, 0}), select(all, {0})};
  const SweepRecord joined = concatenate(parts);
  EXPECT_THAT(joined.samples, ElementsAre(2, 0, 0));
  EXPECT_THAT(joined.ids, ElementsAre(all.ids[2], all.ids[0], all.ids[0]));
  EXPECT_TRUE(at::equal(joined.patched_logits[1], all.patched_logits[0]));
}

TEST(RecordMerge, SelectionTakesTheExactChecksOfItsSamples) {
  SweepRecord all = test::example_record(3, 2, 2);
  all.exact_checks = {{2, 0, 1, 0.5f}, {1, 1, 1, 0.25f}};
  EXPECT_THAT(select(all, {0, 1}).exact_checks, ElementsAre(all.exact_checks[1]));
}

TEST(RecordMerge, PartsInAnyOrderGiveTheWhole) {
  const SweepRecord all = test::example_record(4, 2, 3);
  const std::vector<SweepRecord> parts{select(all, {3, 1}), select(all, {0}), select(all, {2})};
  const SweepRecord merged = merge(parts);
  EXPECT_EQ(merged.samples, all.samples);
  EXPECT_EQ(merged.ids, all.ids);
  EXPECT_EQ(merged.reference_length, all.reference_length);
  EXPECT_EQ(merged.counterfactual_length, all.counterfactual_length);
  EXPECT_TRUE(at::equal(merged.patched_logits, all.patched_logits));
  EXPECT_TRUE(at::equal(merged.patched_logsumexp, all.patched_logsumexp));
  EXPECT_TRUE(at::equal(merged.default_logits, all.default_logits));
  EXPECT_TRUE(at::equal(merged.default_logsumexp, all.default_logsumexp));
  EXPECT_TRUE(at::equal(merged.pass_a_logits, all.pass_a_logits));
  EXPECT_TRUE(at::equal(merged.pass_a_logsumexp, all.pass_a_logsumexp));
}

TEST(RecordMerge, TheLaterOfTwoPartsWins) {
  SweepRecord earlier = test::example_record(2, 1, 2), later = select(earlier, {1});
  earlier.exact_checks = {{0, 0, 0, 0.5f}, {1, 0, 1, 0.5f}};
  later.default_logits = later.default_logits.add(1);
  later.exact_checks = {{1, 0, 0, 0.25f}};
  const std::vector<SweepRecord> parts{earlier, later};
  const SweepRecord merged = merge(parts);
  EXPECT_THAT(merged.samples, ElementsAre(0, 1));
  EXPECT_TRUE(at::equal(merged.default_logits[0], earlier.default_logits[0]));
  EXPECT_TRUE(at::equal(merged.default_logits[1], later.default_logits[0]));
  EXPECT_THAT(merged.exact_checks, ElementsAre(earlier.exact_checks[0], later.exact_checks[0]));
}

TEST(RecordMerge, ExactChecksAreInOrderWhateverTheOrderOfTheParts) {
  const SweepRecord all = test::example_record(2, 1, 2);
  SweepRecord first = select(all, {0}), second = select(all, {1});
  first.exact_checks = {{0, 0, 1, 0.5f}};
  second.exact_checks = {{1, 0, 0, 0.25f}};
  const std::vector<SweepRecord> parts{second, first};
  EXPECT_THAT(merge(parts).exact_checks, ElementsAre(first.exact_checks[0], second.exact_checks[0]));
}

}  // namespace
}  // namespace pinpoint::effects
