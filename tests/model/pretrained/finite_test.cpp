#include "model/pretrained/finite.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/full.h>
#include <gtest/gtest.h>

#include <limits>

namespace pinpoint::pretrained {
namespace {

std::optional<std::int64_t> first(const at::Tensor& tensor) {
  return first_not_finite({static_cast<const char*>(tensor.data_ptr()), tensor.nbytes()}, tensor.scalar_type());
}

class FirstNotFinite : public ::testing::TestWithParam<at::ScalarType> {
 protected:
  /// 10,000 elements, more than two blocks and not a multiple of one.
  at::Tensor values(double value) const { return at::full({10000}, value, GetParam()); }
};

TEST_P(FirstNotFinite, FindsNothingAmongFiniteValues) {
  EXPECT_FALSE(first(values(0)));
  EXPECT_FALSE(first(values(-1.5)));
  // The largest of float16, and of the other two one that bfloat16 has as well.
  EXPECT_FALSE(first(values(GetParam() == at::kHalf ? 65504 : 0x1.FEp127)));
  EXPECT_FALSE(first(values(1e-7)));  // subnormal as float16
  EXPECT_FALSE(first_not_finite({}, GetParam()));
}

TEST_P(FirstNotFinite, FindsTheFirstOfEveryKindAtEveryPlace) {
  constexpr double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  for (const double value : {infinity, -infinity, nan, -nan}) {
    for (const std::int64_t place : {0, 1, 4095, 4096, 8191, 9998, 9999}) {
      at::Tensor tensor = values(0.25);
      tensor[place] = value;
      tensor[9999] = infinity;
      EXPECT_EQ(first(tensor), place) << value;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Types, FirstNotFinite, ::testing::Values(at::kFloat, at::kHalf, at::kBFloat16));

}  // namespace
}  // namespace pinpoint::pretrained
