/// \file
/// The model that is trained must be the one that the program runs: its logits are compared with those of the
/// program's own forward pass over the files written from it.
#include "support/autograd_llama.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "io/model_config_file.h"
#include "io/model_directory.h"
#include "io/safetensors_writer.h"
#include "model/sharded_store.h"
#include "model/transformer.h"
#include "support/shared.h"

namespace pinpoint::test {
namespace {

constexpr double tolerance = 1e-4;  // float32, logits of order 1

class AutogradLlamaTest : public testing::Test {
 protected:
  AutogradLlamaTest() {
    io::write_safetensors(folder_.path() / "model.safetensors", llama_.weights());
    test::write_text(folder_.path() / "config.json", io::format_model_config(llama_.config(), at::kFloat));
  }

  /// The program's own logits [T, V] of one row.
  at::Tensor own_logits(const at::Tensor& ids, const model::Hook& hook = {}) {
    io::ModelDirectory directory(folder_.path());
    model::ShardedStore store(directory.config(), directory, {.dtype = model::DType::float32});
    return model::Transformer(store).logits(ids, hook);
  }

  const model::ModelConfig shape_{.layers = 2,
                                  .heads = 4,
                                  .kv_heads = 4,
                                  .width = 32,
                                  .head_width = 8,
                                  .mlp_width = 44,
                                  .vocabulary = 30,
                                  .max_positions = 64};
  const AutogradLlama llama_{shape_, Random(3, "test")};
  const at::Tensor ids_ = at::tensor({1, 5, 9, 2, 7, 7, 3, 29, 0, 4}, at::kLong).view({2, 5});
  test::TemporaryFolder folder_;
};

TEST_F(AutogradLlamaTest, EqualsTheProgramsOwnForwardPass) {
  const at::Tensor logits = llama_.logits(ids_, at::arange(10)).view({2, 5, 30});
  for (std::int64_t row = 0; row < 2; ++row)
    EXPECT_LE((logits[row] - own_logits(ids_[row])).abs().max().item<double>(), tolerance);
}

TEST_F(AutogradLlamaTest, GivesOnlyThePositionsAskedFor) {
  const at::Tensor all = llama_.logits(ids_, at::arange(10));
  const at::Tensor positions = at::tensor({7, 2}, at::kLong);
  EXPECT_LE((llama_.logits(ids_, positions) - all.index_select(0, positions)).abs().max().item<double>(), tolerance);
}

TEST_F(AutogradLlamaTest, AMaskedHeadAddsNothing) {
  at::Tensor mask = at::ones({2, 2, 4});
  mask[1][0][2] = 0;  // layer 1, row 0, head 2
  const at::Tensor logits = llama_.logits(ids_, at::arange(10), mask).view({2, 5, 30});
  const auto without_head = [](model::HookPoint point, at::Tensor& z) {
    if (point.site == model::Site::head_output && point.layer == 1) z.narrow(1, 2 * 8, 8).zero_();
  };
  EXPECT_LE((logits[0] - own_logits(ids_[0], without_head)).abs().max().item<double>(), tolerance);
  EXPECT_LE((logits[1] - own_logits(ids_[1])).abs().max().item<double>(), tolerance);
  EXPECT_GT((logits[0] - own_logits(ids_[0])).abs().max().item<double>(), 10 * tolerance);
}

}  // namespace
}  // namespace pinpoint::test
