/// \file
/// The forward pass against saved references, and its hook points.

#include "model/transformer/transformer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "model/pretrained/model_directory.h"
#include "model/transformer/for_each_layer.h"
#include "model/weights/sharded_store.h"
#include "support/golden.h"
#include "support/random_model.h"
#include "support/shared.h"

namespace pinpoint::transformer {
namespace {

double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

double tolerance(const at::Tensor& logits) { return std::max(1e-4, 1e-5 * logits.abs().max().item<double>()); }

class GoldenLogits : public testing::TestWithParam<const char*> {};

TEST_P(GoldenLogits, AgreeAtEveryPosition) {
  const std::string folder = std::string("goldens/") + GetParam();
  PINPOINT_NEEDS_SHARED(folder);
  const test::Golden golden = test::read_golden(test::shared(folder));
  pretrained::ModelDirectory directory(test::shared(folder));
  weights::ShardedStore store(directory.config(), directory, {.dtype = DType::float32});
  const Transformer transformer(store);
  ASSERT_FALSE(golden.sequences.empty());
  for (const auto& sequence : golden.sequences)
    EXPECT_LE(largest_difference(transformer.logits(at::tensor(sequence.ids)), sequence.logits),
              tolerance(sequence.logits));
}

INSTANTIATE_TEST_SUITE_P(Models, GoldenLogits,
                         testing::Values("llama_mha", "llama_gqa", "stories260k", "llama3_rope", "mistral_swa", "qwen1",
                                         "qwen1_ntk", "qwen1_logn", "qwen1_ntk_logn", "qwen2_tied"),
                         [](const auto& c) { return std::string(c.param); });

/// The saved logits of an independent C program: raw float32 [tokens, V], and the tokens as text.
class Stories260K : public testing::TestWithParam<const char*> {};

TEST_P(Stories260K, LogitsMatchTheSavedReference) {
  const std::string folder = "data/models/stories260K";
  PINPOINT_NEEDS_SHARED(folder);
  pretrained::ModelDirectory directory(test::shared(folder));
  weights::ShardedStore store(directory.config(), directory, {.dtype = DType::float32});
  const Transformer transformer(store);

  const std::filesystem::path expected = test::shared(folder) / "expected";
  std::istringstream text(test::read_text(expected / (std::string(GetParam()) + "_tokens.txt")));
  std::vector<std::int64_t> ids;
  for (std::int64_t id = 0; text >> id;) ids.push_back(id);
  ASSERT_GT(ids.size(), 10u);
  const auto count = static_cast<std::int64_t>(ids.size());
  std::string bytes =
      test::read_text(expected / (std::string(GetParam()) + "_logits_f32_" + std::to_string(count) + "x512.bin"));
  ASSERT_EQ(bytes.size(), ids.size() * 512 * sizeof(float));
  const at::Tensor saved = at::from_blob(bytes.data(), {count, 512}, at::kFloat);
  EXPECT_LE(largest_difference(transformer.logits(at::tensor(ids)), saved), tolerance(saved));
}

INSTANTIATE_TEST_SUITE_P(Texts, Stories260K, testing::Values("once", "tom"),
                         [](const auto& c) { return std::string(c.param); });

class Hooks : public testing::Test {
 protected:
  Hooks() { test::write_random_model(folder_.path(), {}); }

  test::TemporaryFolder folder_;
  const at::Tensor ids_ = at::tensor(std::vector<std::int64_t>{1, 5, 9, 2, 7});
};

std::int64_t width_of(Site site, const ModelConfig& config) {
  if (site == Site::head_output) return config.heads_width();
  return site == Site::gate || site == Site::up ? config.mlp_width : config.width;
}

TEST_F(Hooks, SeeEverySiteOfEveryLayerInOrder) {
  pretrained::ModelDirectory directory(folder_.path());
  weights::ShardedStore store(directory.config(), directory, {.dtype = DType::float32});
  std::vector<std::pair<std::int64_t, Site>> seen;
  Transformer(store).logits(ids_, [&](HookPoint point, at::Tensor& activation) {
    EXPECT_EQ(activation.size(0), 5);
    EXPECT_EQ(activation.size(1), width_of(point.site, store.config()));
    seen.emplace_back(point.layer, point.site);
  });
  std::vector<std::pair<std::int64_t, Site>> expected;
  for (std::int64_t layer = 0; layer < store.config().layers; ++layer)
    for (const Site site :
         {Site::attention_input, Site::head_output, Site::attention_output, Site::gate, Site::up, Site::mlp_output})
      expected.emplace_back(layer, site);
  EXPECT_EQ(seen, expected);
}

TEST_F(Hooks, ReplaceAnActivationAndNothingBeforeIt) {
  pretrained::ModelDirectory directory(folder_.path());
  weights::ShardedStore store(directory.config(), directory, {.dtype = DType::float32});
  const Transformer transformer(store);
  const at::Tensor untouched = transformer.logits(ids_);
  const auto zero_last_position = [](HookPoint point, at::Tensor& activation) {
    if (point.site == Site::head_output && point.layer == 1) activation[-1].zero_();
  };
  const at::Tensor changed = transformer.logits(ids_, zero_last_position);
  EXPECT_TRUE(at::equal(changed.narrow(0, 0, 4), untouched.narrow(0, 0, 4)));
  EXPECT_GT(largest_difference(changed[4], untouched[4]), 1e-3);
}

TEST_F(Hooks, ReplacingTheMlpAndAttentionByZeroLeavesTheEmbedding) {
  pretrained::ModelDirectory directory(folder_.path());
  weights::ShardedStore store(directory.config(), directory, {.dtype = DType::float32});
  const Transformer transformer(store);
  const at::Tensor logits = transformer.logits(ids_, [](HookPoint point, at::Tensor& activation) {
    if (point.site == Site::attention_output || point.site == Site::mlp_output) activation.zero_();
  });
  const Readout direct = transformer.read_out(transformer.embed(ids_), {3});
  EXPECT_TRUE(at::allclose(direct.logits.select(1, 0), logits.select(1, 3)));
}

TEST_F(Hooks, AStretchThatTakesItsPrefixFromAnotherEqualsTheWholePass) {
  pretrained::ModelDirectory directory(folder_.path());
  weights::ShardedStore store(directory.config(), directory, {.dtype = DType::float32});
  const Transformer transformer(store);
  const at::Tensor other_ending = at::tensor({8, 2}, at::kLong);
  const at::Tensor other = at::cat({ids_.narrow(0, 0, 2), other_ending});
  const Stack alone = transformer.stack({{.rows = 4}});
  const Stack stacked = transformer.stack({{.rows = 5}, {.rows = 2, .first = 2, .prefix = 0}, {.rows = 4}});
  at::Tensor whole = transformer.embed(other);
  at::Tensor x = transformer.embed(at::cat({ids_, other_ending, other}));
  at::Tensor first = transformer.embed(ids_);
  for_each_layer(store, [&](std::int64_t layer, const LayerWeights& weights) {
    transformer.advance(layer, weights, whole, alone, {}, {});
    transformer.advance(layer, weights, x, stacked, {}, {});
    transformer.advance(layer, weights, first, transformer.stack({{.rows = 5}}), {}, {});
  });
  EXPECT_LE(largest_difference(x.narrow(0, 0, 5), first), 1e-5);
  EXPECT_LE(largest_difference(x.narrow(0, 5, 2), whole.narrow(0, 2, 2)), 1e-5);
  EXPECT_LE(largest_difference(x.narrow(0, 7, 4), whole), 1e-5);
}

}  // namespace
}  // namespace pinpoint::transformer
