/// \file
/// Products agree with those in float64, and their bits do not depend on the number of threads.
#include "system/device/matrix_product.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/mm.h>
#include <gtest/gtest.h>

#include <array>

#include "support/random_tensor.h"
#include "system/base/random.h"
#include "system/device/threads.h"

namespace pinpoint::device {
namespace {

at::Tensor random(const std::vector<std::int64_t>& shape, const char* name, at::ScalarType type = at::kFloat) {
  return test::random_tensor(shape, type, {}, Random(1, name));
}

void expect_near(const at::Tensor& found, const at::Tensor& exact) {
  ASSERT_EQ(found.sizes(), exact.sizes());
  EXPECT_LE((found.to(at::kDouble) - exact).abs().max().item<double>(), 1e-6 * exact.abs().max().item<double>());
}

/// The same result with 1, 2 and 3 threads, which is near the exact one.
template <class Product>
void expect_product(const at::Tensor& exact, const Product& product) {
  set_threads(1);
  const at::Tensor one = product();
  expect_near(one, exact);
  for (const int threads : {2, 3}) {
    set_threads(threads);
    EXPECT_EQ(at::get_num_threads(), threads);
    EXPECT_TRUE(at::equal(product(), one)) << threads << " threads";
  }
  set_threads(1);
}

TEST(MatrixProduct, OfOneAndOfSeveralParts) {
  for (const std::int64_t columns : {1, 200, 256, 257, 1000, 4500}) {
    const at::Tensor x = random({70, 900}, "x"), w = random({columns, 900}, "w");
    expect_product(x.to(at::kDouble).mm(w.to(at::kDouble).t()), [&] { return device::mm(x, w.t()); });
  }
}

TEST(MatrixProduct, OfColumnsOfALargerMatrix) {
  const at::Tensor x = random({20, 300}, "x"), w = random({300, 700}, "w").narrow(1, 40, 600);
  const at::Tensor exact = x.to(at::kDouble).mm(w.to(at::kDouble));
  expect_product(exact, [&] {
    const at::Tensor whole = random({20, 800}, "whole"), before = whole.clone();
    device::mm_out(whole.narrow(1, 100, 600), x, w);
    EXPECT_TRUE(at::equal(whole.narrow(1, 0, 100), before.narrow(1, 0, 100)));
    EXPECT_TRUE(at::equal(whole.narrow(1, 700, 100), before.narrow(1, 700, 100)));
    return whole.narrow(1, 100, 600).clone();
  });
}

TEST(MatrixProduct, AddedToASum) {
  const at::Tensor g = random({50, 400}, "g"), x = random({50, 600}, "x"), start = random({400, 600}, "start");
  const at::Tensor exact = start.to(at::kDouble) + g.to(at::kDouble).t().mm(x.to(at::kDouble));
  expect_product(exact, [&] {
    const at::Tensor sum = start.clone();
    device::add_mm(sum, g.t(), x);
    return sum;
  });
}

TEST(MatrixProduct, OfBatchesOfSmallAndOfLargeMatrices) {
  for (const auto& [batch, rows, inner, columns] : {std::array<std::int64_t, 4>{37, 20, 16, 30}, {5, 300, 64, 700}}) {
    const at::Tensor q = random({rows, batch, inner}, "q"), k = random({columns, batch, inner}, "k");
    const at::Tensor a = q.transpose(0, 1), b = k.permute({1, 2, 0});  // strided, as in attention
    expect_product(at::bmm(a.to(at::kDouble), b.to(at::kDouble)), [&] { return device::bmm(a, b); });
  }
}

TEST(MatrixProduct, WithoutRowsOrInBf16IsLibTorchs) {
  EXPECT_EQ(device::mm(random({0, 8}, "x"), random({8, 700}, "w")).sizes(), (std::vector<std::int64_t>{0, 700}));
  EXPECT_EQ(device::bmm(random({0, 3, 8}, "x"), random({0, 8, 5}, "w")).sizes(), (std::vector<std::int64_t>{0, 3, 5}));
  const at::Tensor x = random({4, 8}, "x", at::kBFloat16), w = random({8, 6}, "w", at::kBFloat16);
  EXPECT_TRUE(at::equal(device::mm(x, w), at::mm(x, w)));
}

}  // namespace
}  // namespace pinpoint::device
