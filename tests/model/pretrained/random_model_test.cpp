/// The tests' own models: valid files, with the same bytes on every machine.
#include "support/random_model.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/std.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "model/pretrained/model_directory.h"
#include "support/random_pairs.h"
#include "support/reference_forward.h"
#include "support/shared.h"
#include "system/base/digest.h"
#include "system/base/random.h"

namespace pinpoint::pretrained {
namespace {

class RandomModelTest : public ::testing::Test {
 protected:
  ModelDirectory write(const test::RandomModel& llama) const {
    test::write_random_model(folder_.path(), llama);
    return ModelDirectory(folder_.path(), ChecksumCache(""));
  }
  std::string sha256_of_weights() const { return sha256(test::read_text(folder_.path() / "model.safetensors")); }

  const test::TemporaryFolder folder_;
};

TEST_F(RandomModelTest, IsTheSameBytesOnEveryMachine) {
  // The first value and the last come from a second implementation of generator and file format, in Python; the other
  // one is saved (the next test ties it to the first).
  write({.dtype = at::kFloat, .seed = 7});
  EXPECT_EQ(sha256_of_weights(), "b1829e112d26da67a50b225a35eff92d583e07222ed51f099ac3be50898df817");
  write({.dtype = at::kBFloat16, .seed = 7});
  EXPECT_EQ(sha256_of_weights(), "3d4ce5320eb64aeef8760d81885b7ae98195fe1652b15fb01c459cf35240368f");
  write({.dtype = at::kFloat, .seed = 7, .statistics = test::Statistics::realistic});
  EXPECT_EQ(sha256_of_weights(), "54cc0431a5a20e8743107574977a39fac1ce7e78f7be8808221a09f5b8bb8eb1");
}

TEST_F(RandomModelTest, TypesAreRoundingsOfTheSameNumbers) {
  for (const auto statistics : {test::Statistics::plain, test::Statistics::realistic})
    for (const auto& [name, shape] : {std::pair{"lm_head.weight", std::vector<std::int64_t>{96, 32}},
                                      {"model.layers.1.mlp.down_proj.weight", {32, 44}},
                                      {"model.norm.weight", {32}}}) {
      const at::Tensor exact = write({.dtype = at::kFloat, .statistics = statistics}).read(name, shape).clone();
      for (const auto dtype : {at::kHalf, at::kBFloat16})
        EXPECT_TRUE(at::equal(write({.dtype = dtype, .statistics = statistics}).read(name, shape), exact.to(dtype)));
    }
}

TEST_F(RandomModelTest, HasTheDistributionThatItsHeaderPromises) {
  ModelDirectory model = write({});
  const at::Tensor projection = model.read("model.layers.0.mlp.gate_proj.weight", {44, 32});
  // 1,408 draws: standard error of the mean 0.027 deviations, of the deviation 1.9 %; both limits are four of them.
  const double deviation = 1 / std::sqrt(32.0);
  EXPECT_NEAR(projection.mean().item<double>(), 0, 0.107 * deviation);
  EXPECT_NEAR(at::std(projection).item<double>(), deviation, 0.076 * deviation);
  EXPECT_NEAR(model.read("model.norm.weight", {32}).mean().item<double>(), 1, 4 * 0.1 / std::sqrt(32.0));
}

TEST_F(RandomModelTest, EverySeedAndTensorHasItsOwnNumbers) {
  const at::Tensor gate = write({}).read("model.layers.0.mlp.gate_proj.weight", {44, 32}).clone();
  EXPECT_FALSE(at::equal(gate, write({}).read("model.layers.0.mlp.up_proj.weight", {44, 32})));
  EXPECT_FALSE(at::equal(gate, write({.seed = 1}).read("model.layers.0.mlp.gate_proj.weight", {44, 32})));
}

TEST_F(RandomModelTest, ATiedModelHasNoUnembedding) {
  transformer::ModelConfig shape = test::small_llama();
  shape.tied_embeddings = true;
  const ModelDirectory model = write({.shape = shape});
  EXPECT_TRUE(model.config().tied_embeddings);
  EXPECT_FALSE(model.contains("lm_head.weight"));
}

class RealisticModelTest : public ::testing::TestWithParam<test::NamedModel> {
 protected:
  /// After every layer these channels, and no others, are many times larger than the median channel.
  /// \param residuals [L, T, d]
  static void expect_outliers(const at::Tensor& residuals, const std::vector<std::int64_t>& outliers) {
    const at::Tensor sizes = residuals.square().mean(1).sqrt();  // [L, d]
    for (std::int64_t layer = 0; layer < sizes.size(0); ++layer) {
      const at::Tensor in_medians = sizes[layer] / sizes[layer].median();
      const at::Tensor large = in_medians.index_select(0, at::tensor(outliers));
      EXPECT_GT(large.min().item<double>(), 15) << layer;
      EXPECT_LT(large.max().item<double>(), 150) << layer;
      EXPECT_EQ((in_medians > 10).sum().item<std::int64_t>(), std::ssize(outliers)) << layer;
    }
  }

  const test::TemporaryFolder folder_;
};

TEST_P(RealisticModelTest, HasOutlierChannelsUnevenNormsAndLargeLogits) {
  const bool is_qwen = GetParam().shape.architecture == transformer::Architecture::qwen;
  for (const std::uint64_t seed : {0, 1, 2}) {
    const test::RandomModel model{.shape = GetParam().shape, .seed = seed, .statistics = test::Statistics::realistic};
    test::write_random_model(folder_.path(), model);
    const test::ReferenceForward reference(folder_.path());
    const text::TokenIds prompt = Random(seed, "prompt").sample(model.shape.vocabulary, 13);
    const auto outliers = test::outlier_channels(model.shape, seed);
    EXPECT_EQ(outliers.size(), 3u);
    expect_outliers(reference.residuals(prompt), outliers);

    const double largest = reference.logits(prompt).abs().max().item<double>();
    EXPECT_GT(largest, 10) << seed;
    EXPECT_LT(largest, 35) << seed;
    const at::Tensor norm =
        ModelDirectory(folder_.path(), ChecksumCache(""))
            .read(is_qwen ? "transformer.h.1.ln_2.weight" : "model.layers.1.post_attention_layernorm.weight", {32});
    EXPECT_GT((norm.max() / norm.median()).item<double>(), 2) << seed;
    EXPECT_GT((norm.median() / norm.min()).item<double>(), 20) << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Small, RealisticModelTest, testing::ValuesIn(test::small_models()),
                         [](const auto& c) { return c.param.name; });

TEST_F(RandomModelTest, PairsShareAPrefixAndStayInTheirLimits) {
  const auto file = folder_.path() / "pairs.jsonl";
  test::write_random_pairs(file,
                           {.count = 50, .vocabulary = 1000, .min_tokens = 4, .max_tokens = 9, .common_prefix = 0.5});
  std::istringstream lines(test::read_text(file));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto pair = nlohmann::json::parse(line);
    const std::vector<std::int64_t> reference = pair["reference_tokens"],
                                    counterfactual = pair["counterfactual_tokens"];
    for (const auto& prompt : {reference, counterfactual}) {
      EXPECT_GE(prompt.size(), 4u);
      EXPECT_LE(prompt.size(), 9u);
      for (const std::int64_t token : prompt) EXPECT_TRUE(token >= 0 && token < 1000);
    }
    const auto shared = static_cast<std::ptrdiff_t>(std::min(reference.size(), counterfactual.size()) / 2);
    EXPECT_TRUE(std::equal(reference.begin(), reference.begin() + shared, counterfactual.begin()));
    EXPECT_NE(reference, counterfactual);
  }
  EXPECT_EQ(count, 50);
}

}  // namespace
}  // namespace pinpoint::pretrained
