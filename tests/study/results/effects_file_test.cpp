#include "study/results/effects_file.h"

#include <ATen/ops/equal.h>
#include <gmock/gmock.h>

#include <cmath>

#include "study/effects/record_merge.h"
#include "support/example_sweep.h"
#include "support/shared.h"
#include "support/user_error.h"
#include "system/base/digest.h"
#include "system/hdf5/schema_check.h"

namespace pinpoint::results {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsNan;

class EffectsFileTest : public ::testing::Test {
 protected:
  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "effects.h5";
};

void expect_equal(const effects::MetricEffects& read, const effects::MetricEffects& written) {
  EXPECT_EQ(read.effect, written.effect);
  EXPECT_EQ(read.sem, written.sem);
  EXPECT_EQ(read.low, written.low);
  EXPECT_EQ(read.high, written.high);
  EXPECT_EQ(read.ranking, written.ranking);
  EXPECT_EQ(read.stability.split_half_rank_correlation, written.stability.split_half_rank_correlation);
  EXPECT_EQ(read.stability.top_k_overlap, written.stability.top_k_overlap);
  EXPECT_EQ(read.stability.top_k_effect, written.stability.top_k_effect);
  EXPECT_EQ(read.stability.top_k_effect_cross_fitted, written.stability.top_k_effect_cross_fitted);
}

TEST_F(EffectsFileTest, ReadsWhatItWrote) {
  const EffectsFile written = test::example_effects();
  write_effects(path_, written);
  const EffectsFile read = read_effects(path_);
  EXPECT_TRUE(read.complete());
  EXPECT_EQ(read.provenance, written.provenance);
  EXPECT_EQ(read.record_tokens, written.record_tokens);
  EXPECT_EQ(read.asked.ids, written.asked.ids);
  EXPECT_EQ(read.record.samples, written.record.samples);
  EXPECT_TRUE(at::equal(read.record.patched_logits, written.record.patched_logits));
  EXPECT_EQ(read.record.exact_checks, written.record.exact_checks);
  EXPECT_EQ(read.effects.layers, 3);
  EXPECT_EQ(read.effects.heads, 4);
  EXPECT_EQ(read.effects.bootstrap, 200);
  EXPECT_EQ(read.arithmetic, "difference");
  for (const auto& [metric, found] : written.effects.by_metric)
    EXPECT_EQ(read.effects.by_metric.at(metric).noise, found.noise) << name_of(metric);
  EXPECT_EQ(read.effects.invalid_share, written.effects.invalid_share);
  EXPECT_THAT(read.effects.top_k, ElementsAre(1, 2, 4));
  for (const effects::Metric metric : effects::all_metrics)
    expect_equal(read.effects.by_metric.at(metric), written.effects.by_metric.at(metric));
}

TEST_F(EffectsFileTest, MarksUnfinishedSamples) {
  EffectsFile written = test::example_effects();
  written.record = effects::select(written.record, {1, 4});
  write_effects(path_, written);
  const hdf5::H5File file = hdf5::H5File::open(path_);
  EXPECT_EQ(file.read_attribute<std::int64_t>("complete"), 0);
  const std::vector<float> logsumexp = file.read<float>("default_logsumexp");
  for (const std::size_t i : {0, 2, 3, 5}) EXPECT_TRUE(std::isnan(logsumexp[i]));
  EXPECT_EQ(logsumexp[4], written.record.default_logsumexp[1].item<float>());
  const EffectsFile read = read_effects(path_);
  EXPECT_THAT(read.record.samples, ElementsAre(1, 4));
  EXPECT_THAT(read.record.ids, ElementsAre("pair-1", "pair-4"));
  EXPECT_EQ(read.asked.ids.size(), 6u);
  EXPECT_TRUE(at::equal(read.record.patched_logits, written.record.patched_logits));
}

TEST_F(EffectsFileTest, FitsItsSchema) {
  for (const std::int64_t finished : {6, 4, 1, 0}) {
    write_effects(path_, test::example_effects(finished));
    EXPECT_THAT(hdf5::problems_of(path_), IsEmpty()) << finished;
  }
}

TEST_F(EffectsFileTest, HoldsAModelOfOneHead) {
  const effects::SweepRecord record = test::example_record(2, 1, 1);
  write_effects(path_, {test::example_provenance(),
                        {record.ids, record.reference_length, record.counterfactual_length},
                        test::example_identity().record_tokens,
                        test::example_identity().arithmetic,
                        record,
                        effects::compute_effects(record, 10, 42)});
  EXPECT_THAT(hdf5::problems_of(path_), IsEmpty());
  EXPECT_THAT(read_effects(path_).effects.top_k, IsEmpty());
}

TEST_F(EffectsFileTest, RecognisesTheEffectsOfASweep) {
  const EffectsFile written = test::example_effects();
  hdf5::Provenance sweep = written.provenance;
  EXPECT_FALSE(are_effects_of(path_, sweep)) << "there is no file";
  write_effects(path_, written);
  EXPECT_TRUE(are_effects_of(path_, sweep));
  sweep.parents.at(0).name = "moved.jsonl";
  EXPECT_TRUE(are_effects_of(path_, sweep)) << "the content counts";
  sweep.parents.at(0).sha256 = std::string(64, '0');
  EXPECT_FALSE(are_effects_of(path_, sweep)) << "of other pairs";
  sweep = written.provenance;
  sweep.model_sha256 = std::string(64, '0');
  EXPECT_FALSE(are_effects_of(path_, sweep)) << "of other weights";
  const std::string whole = test::read_text(path_);
  test::write_text(path_, whole.substr(0, whole.rfind('\n', whole.size() - 2) + 1));
  EXPECT_FALSE(are_effects_of(path_, written.provenance)) << "changed: the seal is lost";
  test::write_text(path_, "notes");
  EXPECT_FALSE(are_effects_of(path_, written.provenance));
}

TEST_F(EffectsFileTest, RefusesAnotherKindOfFile) {
  const auto part =
      write_part(folder_.path(), test::example_part(test::example_record(2, 1, 2), {0}), test::example_provenance());
  EXPECT_THAT(test::user_error([&] { read_effects(part); }), HasSubstr("kind sweep_part where one of kind effects"));
}

TEST_F(EffectsFileTest, RefusesDamageAndOtherBytes) {
  write_effects(path_, test::example_effects());
  const std::string whole = test::read_text(path_);
  const auto refused = [&](const std::string& bytes) {
    return test::user_error([&] { parse_effects({"effects.h5", bytes, sha256(bytes)}); });
  };
  std::string damaged = whole;
  damaged[whole.size() / 2] ^= 1;
  EXPECT_THAT(refused(damaged), HasSubstr("effects.h5: is damaged"));
  EXPECT_THAT(refused(whole.substr(0, whole.size() / 2)), HasSubstr("effects.h5: cannot be opened"));
  EXPECT_THAT(refused("{}"), HasSubstr("effects.h5: not an HDF5 file"));
  EXPECT_EQ(parse_effects({"effects.h5", whole, sha256(whole)}).asked.ids, read_effects(path_).asked.ids);
}

}  // namespace
}  // namespace pinpoint::results
