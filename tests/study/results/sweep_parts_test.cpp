#include "study/results/sweep_parts.h"

#include <ATen/ops/equal.h>
#include <gmock/gmock.h>

#include "support/example_sweep.h"
#include "support/shared.h"
#include "support/user_error.h"
#include "system/hdf5/schema_check.h"

namespace pinpoint::results {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

class SweepPartsTest : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::vector<std::int64_t>& places) {
    return write_part(parts_, test::example_part(record_, places), test::example_provenance());
  }

  test::TemporaryFolder folder_;
  std::filesystem::path parts_ = folder_.path() / "sweep.parts";
  effects::SweepRecord record_ = test::example_record(6, 3, 4);
};

TEST_F(SweepPartsTest, ReadWhatWasWritten) {
  record_.exact_checks = {{2, 1, 3, 1e-6f, {4.5f, 5.25f, 10.5f}, {4.75f, 5.0f, 10.0f}},
                          {0, 0, 0, 0.0f, {4.0f, 5.5f, 9.5f}, {4.25f, 5.0f, 9.75f}}};
  const SweepPart written = test::example_part(record_, {0, 2, 5});
  const SweepPart read = read_part(write({0, 2, 5}));
  EXPECT_EQ(read.identity, written.identity);
  EXPECT_EQ(read.pair_sha256, written.pair_sha256);
  EXPECT_THAT(read.record.samples, ElementsAre(0, 2, 5));
  EXPECT_EQ(read.record.ids, written.record.ids);
  EXPECT_EQ(read.record.reference_length, written.record.reference_length);
  EXPECT_EQ(read.record.counterfactual_length, written.record.counterfactual_length);
  EXPECT_TRUE(at::equal(read.record.default_logits, written.record.default_logits));
  EXPECT_TRUE(at::equal(read.record.default_logsumexp, written.record.default_logsumexp));
  EXPECT_TRUE(at::equal(read.record.pass_a_logits, written.record.pass_a_logits));
  EXPECT_TRUE(at::equal(read.record.pass_a_logsumexp, written.record.pass_a_logsumexp));
  EXPECT_TRUE(at::equal(read.record.patched_logits, written.record.patched_logits));
  EXPECT_TRUE(at::equal(read.record.patched_logsumexp, written.record.patched_logsumexp));
  EXPECT_EQ(read.record.exact_checks, record_.exact_checks);
}

TEST_F(SweepPartsTest, FitTheirSchema) { EXPECT_THAT(hdf5::problems_of(write({0, 1})), IsEmpty()); }

TEST_F(SweepPartsTest, AreNumberedAndReadInOrder) {
  EXPECT_EQ(write({4}).filename(), "0000.h5");
  EXPECT_EQ(write({1}).filename(), "0001.h5");
  std::filesystem::rename(parts_ / "0001.h5", parts_ / "9999.h5");
  EXPECT_EQ(write({2}).filename(), "10000.h5");
  const auto parts = read_parts(parts_);
  ASSERT_THAT(parts, SizeIs(3));
  EXPECT_THAT(parts[0].part.record.samples, ElementsAre(4));
  EXPECT_THAT(parts[1].part.record.samples, ElementsAre(1));
  EXPECT_EQ(parts[2].file.filename(), "10000.h5");
}

TEST_F(SweepPartsTest, SkipADamagedFileAndKeepIt) {
  write({0});
  const std::filesystem::path damaged = write({1});
  const std::string bytes = test::read_text(damaged).substr(0, 5000);
  test::write_text(damaged, bytes);
  test::write_text(parts_ / "0002.h5.tmp", "half written");
  ::testing::internal::CaptureStderr();
  EXPECT_THAT(read_parts(parts_), SizeIs(1));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("0001.h5: cannot be opened"));
  EXPECT_EQ(test::read_text(damaged), bytes);
  EXPECT_EQ(write({1}).filename(), "0002.h5");
}

TEST_F(SweepPartsTest, NoFolderMeansNoParts) { EXPECT_THAT(read_parts(parts_), IsEmpty()); }

TEST_F(SweepPartsTest, RefuseAnotherKindOfFile) {
  const auto path = folder_.path() / "effects.h5";
  write_effects(path, test::example_effects());
  EXPECT_THAT(test::user_error([&] { read_part(path); }),
              HasSubstr("kind effects where one of kind sweep_part belongs"));
}

TEST_F(SweepPartsTest, NameTheFirstPairThatHasChanged) {
  const SweepPart saved = test::example_part(record_, {1, 3});
  std::vector<std::string> now = test::example_part(record_, {0, 1, 2, 3, 4, 5}).pair_sha256;
  EXPECT_EQ(pair_difference(saved, now), std::nullopt);
  now[0] = "not in this part";
  EXPECT_EQ(pair_difference(saved, now), std::nullopt);
  now[3] = "0123456789abcdef";
  EXPECT_THAT(pair_difference(saved, now), Optional(HasSubstr("sample 3 (\"pair-3\")")));
  EXPECT_THAT(pair_difference(saved, now), Optional(HasSubstr("now 0123456789ab..")));
  now.resize(2);  // fewer samples than were saved
  EXPECT_EQ(pair_difference(saved, now), std::nullopt);
}

}  // namespace
}  // namespace pinpoint::results
