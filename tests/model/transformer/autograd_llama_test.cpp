/// \file
/// The tests' trainable model is the model that the program runs: its logits equal those of the program's forward pass
/// over the same files.
#include "support/autograd_llama.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "model/pretrained/model_directory.h"
#include "model/transformer/transformer.h"
#include "model/weights/sharded_store.h"
#include "support/random_model.h"
#include "support/rounding.h"
#include "support/shared.h"

namespace pinpoint::transformer {
namespace {

using test::AutogradLlama;

class AutogradLlamaTest : public testing::TestWithParam<test::Statistics> {
 protected:
  AutogradLlama autograd_llama() const {
    test::write_random_model(folder_.path(), {.shape = shape_, .statistics = GetParam()});
    pretrained::ModelDirectory directory(folder_.path());
    return {directory.config(), directory};
  }

  /// The program's own logits [T, V] of one row.
  at::Tensor own_logits(const at::Tensor& ids, const Hook& hook = {}) const {
    pretrained::ModelDirectory directory(folder_.path());
    weights::ShardedStore store(directory.config(), directory, {.dtype = DType::float32});
    return Transformer(store).logits(ids, hook);
  }

  /// The largest difference relative to the largest |logit|.
  static double apart(const at::Tensor& logits, const at::Tensor& expected) {
    return ((logits - expected).abs().max() / expected.abs().max()).item<double>();
  }

  const test::TemporaryFolder folder_;
  const ModelConfig shape_{.layers = 2,
                           .heads = 4,
                           .kv_heads = 4,
                           .width = 32,
                           .head_width = 8,
                           .mlp_width = 44,
                           .vocabulary = 30,
                           .max_positions = 64};
  const AutogradLlama llama_ = autograd_llama();
  const at::Tensor ids_ = at::tensor({1, 5, 9, 2, 7, 7, 3, 29, 0, 4}, at::kLong).view({2, 5});
};

TEST_P(AutogradLlamaTest, EqualsTheProgramsOwnForwardPass) {
  const at::Tensor logits = llama_.logits(ids_, at::arange(10)).view({2, 5, 30});
  for (std::int64_t row = 0; row < 2; ++row) EXPECT_LE(apart(logits[row], own_logits(ids_[row])), test::float32_logits);
}

TEST_P(AutogradLlamaTest, ReturnsOnlyThePositionsAskedFor) {
  const at::Tensor all = llama_.logits(ids_, at::arange(10));
  const at::Tensor positions = at::tensor({7, 2}, at::kLong);
  EXPECT_LE(apart(llama_.logits(ids_, positions), all.index_select(0, positions)), test::float32_logits);
}

TEST_P(AutogradLlamaTest, AMaskedHeadAddsNothing) {
  at::Tensor mask = at::ones({2, 2, 4});
  mask[1][0][2] = 0;  // layer 1, row 0, head 2
  const at::Tensor logits = llama_.logits(ids_, at::arange(10), mask).view({2, 5, 30});
  const auto without_head = [](HookPoint point, at::Tensor& z) {
    if (point.site == Site::head_output && point.layer == 1) z.narrow(1, 2 * 8, 8).zero_();
  };
  EXPECT_LE(apart(logits[0], own_logits(ids_[0], without_head)), test::float32_logits);
  EXPECT_LE(apart(logits[1], own_logits(ids_[1])), test::float32_logits);
  EXPECT_GT(apart(logits[0], own_logits(ids_[0])), 1000 * test::float32_logits);
}

INSTANTIATE_TEST_SUITE_P(Both, AutogradLlamaTest, testing::Values(test::Statistics::plain, test::Statistics::realistic),
                         [](const auto& c) { return c.param == test::Statistics::plain ? "plain" : "realistic"; });

}  // namespace
}  // namespace pinpoint::transformer
