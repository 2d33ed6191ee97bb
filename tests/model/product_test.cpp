/// \file
/// Products where bf16 has kernels and where it has none agree with the same in float64, rounded.
#include "model/product.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "support/random_tensor.h"

namespace pinpoint::model {
namespace {

const c10::Device cpu(c10::DeviceType::CPU);

at::Tensor random(const std::vector<std::int64_t>& shape, at::ScalarType type, const char* name) {
  return test::random_tensor(shape, type, {}, Random(1, name));
}

void expect_rounded(const at::Tensor& found, const at::Tensor& exact, double of_largest) {
  EXPECT_LE((found.to(at::kDouble) - exact).abs().max().item<double>(), of_largest * exact.abs().max().item<double>());
}

TEST(Product, OfEveryTypeIsTheExactOneRounded) {
  for (const auto& [type, tolerance] : {std::pair{at::kFloat, 1e-6}, std::pair{at::kBFloat16, 4e-3}}) {
    const at::Tensor x = random({5, 48}, type, "x"), w = random({33, 48}, type, "w"), g = random({5, 33}, type, "g");
    expect_rounded(times_transposed(x, w), x.to(at::kDouble).mm(w.to(at::kDouble).t()), tolerance);
    expect_rounded(times(g, w), g.to(at::kDouble).mm(w.to(at::kDouble)), tolerance);
    EXPECT_EQ(times_transposed(x, w).scalar_type(), type);
    EXPECT_EQ(times(g, w).scalar_type(), type);
  }
}

/// Blocks of 64 MiB in float32: 20,000 rows of 1,000 are two of them.
TEST(Product, OfSeveralBlocksIsTheSame) {
  const at::Tensor w = random({20000, 1000}, at::kBFloat16, "w"), x = random({3, 1000}, at::kBFloat16, "x");
  expect_rounded(times_transposed(x, w), x.to(at::kDouble).mm(w.to(at::kDouble).t()), 4e-3);
  const at::Tensor g = random({3, 20000}, at::kBFloat16, "g");
  expect_rounded(times(g, w), g.to(at::kDouble).mm(w.to(at::kDouble)), 4e-3);
}

TEST(Product, OnlyBf16IsEverWidened) {
  EXPECT_EQ(product_type(at::kFloat, cpu), at::kFloat);
  EXPECT_EQ(product_type(at::kDouble, cpu), at::kDouble);
  EXPECT_NE(product_type(at::kBFloat16, cpu), at::kDouble);
}

}  // namespace
}  // namespace pinpoint::model
