#include "support/random_tensor.h"

#include <ATen/ops/empty.h>

#include <cmath>
#include <stdexcept>

namespace pinpoint::test {
namespace {

/// Whole numbers and one product per element: nothing that a compiler or processor may round in another way.
template <class Value>
void fill(at::Tensor& tensor, Distribution distribution, Random& random) {
  constexpr double sum_mean = 2 * 65535.0;
  const double sum_deviation = std::sqrt((65536.0 * 65536.0 - 1) / 3);
  const double step = distribution.deviation / sum_deviation;
  const auto shift = static_cast<std::int32_t>(std::lround(distribution.mean / step - sum_mean));
  auto* values = static_cast<Value*>(tensor.data_ptr());
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    const std::uint64_t bits = random.bits();
    const auto sum =
        static_cast<std::int32_t>((bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48));
    values[i] = static_cast<Value>(static_cast<float>(sum + shift) * static_cast<float>(step));
  }
}

}  // namespace

at::Tensor random_tensor(const std::vector<std::int64_t>& shape, at::ScalarType dtype, Distribution distribution,
                         Random random) {
  at::Tensor tensor = at::empty(shape, dtype);
  switch (dtype) {
    case at::ScalarType::Float: fill<float>(tensor, distribution, random); break;
    case at::ScalarType::Half: fill<at::Half>(tensor, distribution, random); break;
    case at::ScalarType::BFloat16: fill<at::BFloat16>(tensor, distribution, random); break;
    default: throw std::invalid_argument("random weights are float32, float16 or bfloat16");
  }
  return tensor;
}

}  // namespace pinpoint::test
