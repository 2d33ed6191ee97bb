#include "study/results/checkpoint_file.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>

#include "study/results/effects_file.h"
#include "study/results/tune_log.h"
#include "support/example_sweep.h"
#include "support/random_model.h"
#include "support/random_tensor.h"
#include "support/shared.h"
#include "support/user_error.h"
#include "system/hdf5/schema_check.h"

namespace pinpoint::results {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;

class CheckpointTest : public ::testing::Test {
 protected:
  CheckpointTest() {
    model_.architecture = transformer::Architecture::qwen2;
    saved_.provenance = test::example_provenance();
    saved_.identity = {{"tune.batch", "5"}, {"seed", "42"}};
    saved_.heads = {{0, 1}, {2, 0}, {2, 3}};
    saved_.train_kv = saved_.train_bias = true;
    saved_.micro_batch = 2;
    tuning::TuneOptions options;
    options.train_kv = options.train_bias = true;
    std::int64_t number = 0;
    for (const tuning::Slice& slice : tuning::head_slices(model_, saved_.heads, options)) {
      const auto tensor = [&] {
        return test::random_tensor(tuning::shape_of(slice, model_), at::kFloat, {},
                                   Random(7, std::to_string(++number)));
      };
      saved_.values.push_back(tensor());
      saved_.moments.exp_avg.push_back(tensor());
      saved_.moments.exp_avg_sq.push_back(tensor());
    }
    set_steps(3);
  }

  void set_steps(std::int64_t steps) {
    saved_.history.clear();
    for (std::int64_t n = 1; n <= steps; ++n)
      saved_.history.push_back({n, 1.0 / static_cast<double>(n), 1e-3, 0.25, 100 + n, 7, 0.125});
    saved_.moments.step = steps;
    saved_.sampler_position = 5 * steps;
  }

  std::filesystem::path write(std::int64_t keep = 9) { return write_checkpoint(checkpoints_, saved_, model_, keep); }

  test::TemporaryFolder folder_;
  std::filesystem::path checkpoints_ = folder_.path() / "checkpoints";
  transformer::ModelConfig model_ = test::small_llama();
  Checkpoint saved_;
};

TEST_F(CheckpointTest, ReadsWhatItWrote) {
  const auto file = write();
  EXPECT_EQ(file.filename(), "step-000003.h5");
  const Checkpoint read = read_checkpoint(file, model_);
  EXPECT_EQ(read.provenance, saved_.provenance);
  EXPECT_EQ(read.identity, saved_.identity);
  EXPECT_EQ(read.heads, saved_.heads);
  EXPECT_EQ(read.history, saved_.history);
  EXPECT_EQ(read.moments.step, 3);
  EXPECT_EQ(read.micro_batch, 2);
  EXPECT_EQ(read.sampler_position, 15);
  ASSERT_EQ(read.values.size(), 14u);
  for (std::size_t i = 0; i < saved_.values.size(); ++i) {
    EXPECT_TRUE(at::equal(read.values[i], saved_.values[i]));
    EXPECT_TRUE(at::equal(read.moments.exp_avg[i], saved_.moments.exp_avg[i]));
    EXPECT_TRUE(at::equal(read.moments.exp_avg_sq[i], saved_.moments.exp_avg_sq[i]));
  }
}

TEST_F(CheckpointTest, FitsItsSchema) {
  EXPECT_THAT(hdf5::problems_of(write()), IsEmpty());
  const hdf5::H5File file = hdf5::H5File::open(write());
  EXPECT_THAT(file.describe("tuned/layers.2/k_proj").scales,
              ElementsAre("tuned/layers.2/group", "head_column", "width"));
  EXPECT_THAT(file.describe("adamw/layers.0/o_proj/exp_avg").shape, ElementsAre(1, 32, 8));
}

TEST_F(CheckpointTest, RejectsUndescribedDataSets) {
  hdf5::H5File file = hdf5::H5File::create(folder_.path() / "other.h5");
  hdf5::write_provenance(file, "checkpoint", saved_.provenance);
  file.write_scale("tuned/layers.1/head", std::vector<std::int32_t>{1});
  file.write("tuned/layers.1/gate_proj", std::vector<float>{1}, {"tuned/layers.1/head"});
  file.commit();
  const auto problems = hdf5::problems_of(folder_.path() / "other.h5");
  EXPECT_THAT(problems, testing::Contains(HasSubstr("tuned/layers.1/gate_proj is not part of")));
  EXPECT_THAT(problems, testing::Contains(HasSubstr("tuned/layers.1/q_proj")));
}

TEST_F(CheckpointTest, KeepsOnlyTheNewest) {
  for (const std::int64_t steps : {1, 2, 1000003, 4}) {
    set_steps(std::min<std::int64_t>(steps, 5));
    write(2);
  }
  EXPECT_THAT(checkpoint_files(checkpoints_),
              ElementsAre(checkpoints_ / "step-000004.h5", checkpoints_ / "step-000005.h5"));
}

TEST_F(CheckpointTest, SkipsADamagedFileWithAWarning) {
  write();
  set_steps(4);
  const auto newest = write();
  EXPECT_EQ(newest_checkpoint(checkpoints_, model_)->checkpoint.history.size(), 4u);
  test::write_text(newest, test::read_text(newest).substr(0, 3000));
  test::write_text(checkpoints_ / "step-000009.h5.tmp", "half written");
  ::testing::internal::CaptureStderr();
  const auto found = newest_checkpoint(checkpoints_, model_);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("step-000004.h5"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->file.filename(), "step-000003.h5");
  EXPECT_FALSE(newest_checkpoint(folder_.path() / "nowhere", model_));
}

TEST_F(CheckpointTest, RefusesAModelOfAnotherShape) {
  const auto file = write();
  transformer::ModelConfig other = model_;
  other.layers = 2;
  EXPECT_THAT(test::user_error([&] { read_checkpoint(file, other); }),
              HasSubstr("layer 2, head 0 is not in this model"));
  other = model_;
  other.width = 48;
  EXPECT_THAT(test::user_error([&] { read_checkpoint(file, other); }), HasSubstr("another shape"));
  const auto effects = folder_.path() / "effects.h5";
  write_effects(effects, test::example_effects());
  EXPECT_THAT(test::user_error([&] { read_checkpoint(effects, model_); }), HasSubstr("kind checkpoint belongs"));
}

TEST_F(CheckpointTest, NamesTheFirstDifference) {
  const std::string model = saved_.provenance.model_sha256;
  EXPECT_THAT(difference(saved_, model, saved_.heads, saved_.identity), Eq(std::nullopt));
  EXPECT_THAT(difference(saved_, "abc", saved_.heads, saved_.identity), Optional(HasSubstr("model_sha256")));
  EXPECT_THAT(difference(saved_, model, {{0, 1}, {2, 0}}, saved_.identity),
              Optional(HasSubstr("layer 2, head 3 is no longer chosen")));
  EXPECT_THAT(difference(saved_, model, {{0, 1}, {1, 1}, {2, 0}, {2, 3}}, saved_.identity),
              Optional(HasSubstr("layer 1, head 1 was not tuned")));
  EXPECT_THAT(difference(saved_, model, saved_.heads, {{"tune.batch", "5"}, {"seed", "1"}}),
              Optional(Eq("seed: saved 42, now 1")));
}

TEST_F(CheckpointTest, TuneLogHasEveryStepOnce) {
  const auto file = folder_.path() / "tune.jsonl";
  append_to_tune_log(file, saved_.history[2]);  // left by a run that was killed before its checkpoint
  write_tune_log(file, {saved_.history.begin(), saved_.history.begin() + 2});
  append_to_tune_log(file, saved_.history[2]);
  std::istringstream lines(test::read_text(file));
  std::int64_t step = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto json = nlohmann::json::parse(line);
    EXPECT_EQ(json["step"], ++step);
    EXPECT_EQ(json["loss"], 1.0 / static_cast<double>(step));
    EXPECT_EQ(json["tokens"], 100 + step);
    for (const char* key : {"lr", "grad_norm", "targets", "seconds"}) EXPECT_TRUE(json.contains(key));
  }
  EXPECT_EQ(step, 3);
}

}  // namespace
}  // namespace pinpoint::results
