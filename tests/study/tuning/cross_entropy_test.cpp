#include "study/tuning/cross_entropy.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "support/double_store.h"
#include "support/example_tuning.h"

namespace pinpoint::tuning {
namespace {

class Ignored : public transformer::GradientSink {
  void product(std::int64_t, transformer::Matrix, const at::Tensor&, const at::Tensor&) override {}
  void scaling(std::int64_t, transformer::Norm, const at::Tensor&, const at::Tensor&) override {}
  void unembedding(std::int64_t, const at::Tensor&, const at::Tensor&) override {}
};

/// The largest difference of a row, relative to its norm.
double apart(const at::Tensor& found, const at::Tensor& expected) {
  const auto norms = [](const at::Tensor& x) { return at::linalg_vector_norm(x, 2, /*dim=*/-1); };
  return (norms(found.to(at::kDouble) - expected) / norms(expected)).max().item<double>();
}

/// Near the end of tuning most targets have p >= 0.99, at logits of about 20. Rounding the logsumexp and p to float32
/// would leave two digits of the loss, and of p - 1 in its gradient.
TEST(CrossEntropy, IsAccurateForWellPredictedTokens) {
  weights::ShardedStore store =
      test::random_store(test::small_llama(), transformer::DType::float32, test::Statistics::realistic);
  test::DoubleStore exact(store);
  const at::Tensor targets = at::tensor({3, 14, 15, 92, 65, 35, 89}, at::kLong), rows = at::arange(7);
  // Final norm and unembedding make a target's logit of the square of its row of the unembedding.
  const at::Tensor x = (exact.unembedding.index_select(0, targets) / exact.final_norm_weight).to(at::kFloat);
  Ignored sink;
  const LossGradient found = cross_entropy(transformer::Transformer(store), x, {rows, targets}, 1, sink);
  const LossGradient expected =
      cross_entropy(transformer::Transformer(exact), x.to(at::kDouble), {rows, targets}, 1, sink);
  EXPECT_LT(expected.losses.median().item<double>(), 0.1);
  EXPECT_LT(expected.losses.min().item<double>(), 1e-5);
  EXPECT_LE(apart(found.losses.unsqueeze(1), expected.losses.unsqueeze(1)), 1e-5);
  EXPECT_LE(apart(found.residual, expected.residual), 1e-5);
}

}  // namespace
}  // namespace pinpoint::tuning
