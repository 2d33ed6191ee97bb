#include "bench/support/roof.h"

#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/sum.h>

namespace pinpoint::bench {
namespace {

constexpr std::int64_t side = 2048;

}  // namespace

LargeProduct::LargeProduct(at::ScalarType dtype)
    : left_(at::randn({side, side}).to(dtype)), right_(at::randn({side, side}).to(dtype)) {}

void LargeProduct::step() const { at::linear(left_, right_); }

double LargeProduct::operations() const { return 2.0 * side * side * side; }

LongRead::LongRead() : values_(at::ones({64 << 20}, at::kFloat)) {}

void LongRead::step() const { at::sum(values_); }

double LongRead::bytes() const { return static_cast<double>(values_.nbytes()); }

}  // namespace pinpoint::bench
