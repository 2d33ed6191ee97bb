/// \file
/// Products with and without kernels for bf16 agree with rounded products in float64.
#include "model/transformer/product.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include "support/random_tensor.h"
#include "system/base/random.h"

namespace pinpoint::transformer {
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

/// Blocks have 16 MiB in float32: 20,000 rows of 1,000 are five blocks.
TEST(Product, OfSeveralBlocksIsTheSame) {
  const at::Tensor w = random({20000, 1000}, at::kBFloat16, "w"), x = random({3, 1000}, at::kBFloat16, "x");
  expect_rounded(times_transposed(x, w), x.to(at::kDouble).mm(w.to(at::kDouble).t()), 4e-3);
  const at::Tensor wide = random({3, 1000}, at::kFloat, "wide");
  expect_rounded(wide_product(wide, w), wide.to(at::kDouble).mm(w.to(at::kDouble).t()), 1e-6);
  const at::Tensor g = random({3, 20000}, at::kBFloat16, "g");
  expect_rounded(times(g, w), g.to(at::kDouble).mm(w.to(at::kDouble)), 4e-3);
}

/// The error of each kind of product relative to |x| |W|: float32's own rounding, 2^-16, or one rounding to bf16 of the
/// input and one of the result.
TEST(Product, OfWideActivationsHasTheErrorOfItsKind) {
  const at::Tensor w = random({33, 480}, at::kBFloat16, "w"), x = random({5, 480}, at::kFloat, "x");
  const at::Tensor exact = x.to(at::kDouble).mm(w.to(at::kDouble).t());
  const at::Tensor sizes = x.to(at::kDouble).norm(2, 1, true) * w.to(at::kDouble).norm(2, 1).unsqueeze(0);  // [5, 33]
  const auto loss = [&](const at::Tensor& found) {
    EXPECT_EQ(found.scalar_type(), at::kFloat);
    return ((found.to(at::kDouble) - exact) / sizes).abs().max().item<double>();
  };
  EXPECT_LT(loss(wide_product(x, w)), 1e-6);
  EXPECT_LT(loss(two_part_product(x, w)), 1.0 / 65536);
  EXPECT_GT(loss(two_part_product(x, w)), 1e-8);
  EXPECT_LT(loss(difference_product(x, w)), 1.0 / 128);
  EXPECT_GT(loss(difference_product(x, w)), 1.0 / 65536);  // one part loses more than two
}

/// The error of bf16 is relative to the difference, however small the difference is relative to the values.
TEST(Product, OfASmallDifferenceIsAsPreciseAsOfALargeOne) {
  const at::Tensor w = random({33, 480}, at::kBFloat16, "w"), d = random({5, 480}, at::kFloat, "d");
  EXPECT_TRUE(at::equal(difference_product(d * 0x1p-20, w) * 0x1p20, difference_product(d, w)));
}

TEST(Product, ByHeadTakesEveryHeadsOwnColumns) {
  for (const at::ScalarType type : {at::kBFloat16, at::kFloat}) {
    const at::Tensor w = random({33, 3 * 16}, type, "w"), x = random({3, 5, 16}, at::kFloat, "x");
    const at::Tensor found = difference_product_by_head(x, w);
    EXPECT_EQ(found.scalar_type(), at::kFloat);
    for (std::int64_t head = 0; head < 3; ++head)
      expect_rounded(found[head], x[head].to(at::kDouble).mm(w.narrow(1, 16 * head, 16).to(at::kDouble).t()),
                     type == at::kFloat ? 1e-6 : 1e-2);
  }
}

TEST(Product, OfWeightsThatAreNotBf16IsTheirOwnTypesWhateverIsAskedFor) {
  const at::Tensor w = random({33, 48}, at::kFloat, "w"), x = random({5, 48}, at::kFloat, "x");
  const at::Tensor plain = times_transposed(x, w);
  EXPECT_TRUE(at::equal(wide_product(x, w), plain));
  EXPECT_TRUE(at::equal(two_part_product(x, w), plain));
  EXPECT_TRUE(at::equal(difference_product(x, w), plain));
}

TEST(Product, OnlyBf16IsEverWidened) {
  EXPECT_EQ(product_type(at::kFloat, cpu), at::kFloat);
  EXPECT_EQ(product_type(at::kDouble, cpu), at::kDouble);
  EXPECT_NE(product_type(at::kBFloat16, cpu), at::kDouble);
}

}  // namespace
}  // namespace pinpoint::transformer
