/// \file
/// Every family's forward pass against a straightforward one in float64, on small random models.
#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "model/pretrained/model_directory.h"
#include "model/transformer/transformer.h"
#include "model/weights/sharded_store.h"
#include "support/random_model.h"
#include "support/reference_forward.h"
#include "support/rounding.h"
#include "support/shared.h"

namespace pinpoint::transformer {
namespace {

const text::TokenIds prompt{3, 14, 15, 92, 65, 35, 89, 79, 32, 38, 46, 26, 43};

/// The largest difference relative to the largest |logit|.
double apart(const at::Tensor& logits, const at::Tensor& expected) {
  const at::Tensor difference = logits.to(at::kDouble) - expected.to(at::kDouble);
  return (difference.abs().max() / expected.abs().max()).item<double>();
}

class Families : public testing::TestWithParam<test::NamedModel> {
 protected:
  Families() {
    test::write_random_model(folder_.path(), {.shape = GetParam().shape, .statistics = GetParam().statistics});
  }

  at::Tensor logits(const ModelConfig& config) const {
    pretrained::ModelDirectory directory(folder_.path());
    weights::ShardedStore store(config, directory, {.dtype = DType::float32});
    return Transformer(store).logits(at::tensor(prompt));
  }

  const test::TemporaryFolder folder_;
};

TEST_P(Families, AreReadFromTheirPublishersConfig) {
  EXPECT_EQ(pretrained::ModelDirectory(folder_.path()).config(), GetParam().shape);
}

TEST_P(Families, AgreeWithTheStraightforwardPassAtEveryPosition) {
  const at::Tensor expected = test::ReferenceForward(folder_.path()).logits(prompt);
  EXPECT_LE(apart(logits(GetParam().shape), expected), test::float32_logits);
}

/// The prompt is long enough for each rule to matter: without a rule the logits change.
TEST_P(Families, NeedEveryRuleOfTheirOwn) {
  const at::Tensor right = logits(GetParam().shape);
  const auto expect_other = [&](auto change) {
    ModelConfig changed = GetParam().shape;
    change(changed);
    if (changed == GetParam().shape) return;
    EXPECT_GT(apart(logits(changed), right), 1000 * test::float32_logits);
  };
  expect_other([](ModelConfig& c) { c.rope_scaling.reset(); });
  expect_other([](ModelConfig& c) { c.sliding_window.reset(); });
  expect_other([](ModelConfig& c) {
    if (c.sliding_window) c.sliding_window->first_layer = 0;
  });
  expect_other([](ModelConfig& c) {
    if (c.long_prompts) c.long_prompts->dynamic_ntk = false;
  });
  expect_other([](ModelConfig& c) {
    if (c.long_prompts) c.long_prompts->logn_attention = false;
  });
}

INSTANTIATE_TEST_SUITE_P(Small, Families, testing::ValuesIn(test::small_models_of_both_statistics()),
                         [](const auto& c) { return c.param.name; });

TEST(Families, AreFoundByTheirModelType) {
  for (const std::string_view type : model_types()) EXPECT_EQ(find_family(type)->model_type, type);
  EXPECT_EQ(find_family("mixtral"), nullptr);
  EXPECT_EQ(model_types(), (std::vector<std::string_view>{"llama", "mistral", "qwen", "qwen2", "qwen3"}));
}

}  // namespace
}  // namespace pinpoint::transformer
