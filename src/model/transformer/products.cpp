#include "model/transformer/products.h"

#include "system/base/check.h"

namespace pinpoint::transformer {

at::ScalarType Products::input_type(const at::Tensor& weight) const {
  return activations == Activations::rounded ? weight.scalar_type() : wide_type(weight.scalar_type());
}

at::Tensor Products::operator()(const at::Tensor& x, const at::Tensor& weight) const {
  PINPOINT_EXPECT(x.dim() == 2 && x.size(1) == weight.size(1));
  const std::int64_t of_a_row = 2 * weight.size(0) * weight.size(1);
  const bool has_two_parts = activations == Activations::two_parts && weight.scalar_type() == at::kBFloat16;
  tally.add(has_two_parts ? 2 * of_a_row : of_a_row);
  switch (activations) {
    case Activations::rounded: return times_transposed(x, weight);
    case Activations::wide: return wide_product(x, weight);
    case Activations::two_parts: break;
  }
  return two_part_product(x, weight);
}

}  // namespace pinpoint::transformer
