#include "model/product.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "parallel/device.h"

namespace pinpoint::model {
namespace {

/// Of a widened block: it stays near the cores, and is no burden beside the layer.
constexpr std::int64_t block_bytes = std::int64_t{64} << 20;

/// Calls visit(first row, widened rows) for blocks of W's rows in order.
template <class Visit>
void for_each_widened_block(const at::Tensor& weight, Visit visit) {
  const std::int64_t rows = std::max<std::int64_t>(1, block_bytes / (4 * weight.size(1)));
  for (std::int64_t first = 0; first < weight.size(0); first += rows)
    visit(first, weight.narrow(0, first, std::min(rows, weight.size(0) - first)).to(at::kFloat));
}

bool is_widened(const at::Tensor& weight) {
  return product_type(weight.scalar_type(), weight.device()) != weight.scalar_type();
}

}  // namespace

at::ScalarType product_type(at::ScalarType type, c10::Device device) {
  return type == at::kBFloat16 && !parallel::multiplies_bf16(device) ? at::kFloat : type;
}

at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight) {
  if (!is_widened(weight)) return at::linear(x, weight);
  const at::Tensor wide = x.to(at::kFloat);
  at::Tensor product = at::empty({x.size(0), weight.size(0)}, x.options());
  for_each_widened_block(weight, [&](std::int64_t first, const at::Tensor& block) {
    product.narrow(1, first, block.size(0)).copy_(at::linear(wide, block));
  });
  return product;
}

at::Tensor times(const at::Tensor& x, const at::Tensor& weight) {
  if (!is_widened(weight)) return at::mm(x, weight);
  const at::Tensor wide = x.to(at::kFloat);
  at::Tensor sum = at::zeros({x.size(0), weight.size(1)}, wide.options());
  for_each_widened_block(weight, [&](std::int64_t first, const at::Tensor& block) {
    sum.addmm_(wide.narrow(1, first, block.size(0)), block);
  });
  return sum.to(weight.scalar_type());
}

}  // namespace pinpoint::model
