#include "support/random_tensor.h"

#include <ATen/ops/empty.h>

#include <bit>
#include <cmath>
#include <stdexcept>

namespace pinpoint::test {
namespace {

/// Computes only whole numbers (`whole` of 64 random bits, below 2^24) and one product per element, so that no compiler
/// or processor can round differently.
template <class Value, class Whole>
void fill(at::Tensor& tensor, double step, Random& random, const Whole& whole) {
  auto* values = static_cast<Value*>(tensor.data_ptr());
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    const std::int32_t number = whole(random.bits());
    values[i] = static_cast<Value>(static_cast<float>(number) * static_cast<float>(step));
  }
}

template <class Whole>
at::Tensor filled(const std::vector<std::int64_t>& shape, at::ScalarType dtype, double step, Random& random,
                  const Whole& whole) {
  at::Tensor tensor = at::empty(shape, dtype);
  switch (dtype) {
    case at::ScalarType::Float: fill<float>(tensor, step, random, whole); break;
    case at::ScalarType::Half: fill<at::Half>(tensor, step, random, whole); break;
    case at::ScalarType::BFloat16: fill<at::BFloat16>(tensor, step, random, whole); break;
    default: throw std::invalid_argument("random weights are float32, float16 or bfloat16");
  }
  return tensor;
}

}  // namespace

at::Tensor random_tensor(const std::vector<std::int64_t>& shape, at::ScalarType dtype, Distribution distribution,
                         Random random) {
  constexpr double sum_mean = 2 * 65535.0;
  const double sum_deviation = std::sqrt((65536.0 * 65536.0 - 1) / 3);
  const double step = distribution.deviation / sum_deviation;
  const auto shift = static_cast<std::int32_t>(std::lround(distribution.mean / step - sum_mean));
  return filled(shape, dtype, step, random, [shift](std::uint64_t bits) {
    const auto sum =
        static_cast<std::int32_t>((bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48));
    return sum + shift;
  });
}

at::Tensor uneven_tensor(const std::vector<std::int64_t>& shape, at::ScalarType dtype, Uneven distribution,
                         Random random) {
  // The mean square of 65536 (1 + u) 2^coins: 7/3 for u, uniform in [0, 1), and (5/2)^4 for the coins.
  const double step = distribution.root_mean_square / (65536 * std::sqrt(7.0 / 3 * 39.0625));
  return filled(shape, dtype, step, random, [](std::uint64_t bits) {
    return static_cast<std::int32_t>((0x10000 + (bits & 0xFFFF)) << std::popcount(bits >> 60));
  });
}

}  // namespace pinpoint::test
