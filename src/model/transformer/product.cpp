#include "model/transformer/product.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "system/base/check.h"
#include "system/device/capabilities.h"
#include "system/device/libtorch.h"
#include "system/device/matrix_product.h"

namespace pinpoint::transformer {
namespace {

/// Bytes of a widened block: small enough for the cache, and for the allocator to reuse without system calls.
constexpr std::int64_t block_bytes = std::int64_t{16} << 20;

/// Calls visit(first row, widened rows) for blocks of W's rows in order. The next block reuses the memory of a block.
template <class Visit>
void for_each_widened_block(const at::Tensor& weight, Visit visit) {
  const std::int64_t rows = std::clamp<std::int64_t>(block_bytes / (4 * weight.size(1)), 1, weight.size(0));
  const at::Tensor room = at::empty({rows, weight.size(1)}, weight.options().dtype(at::kFloat));
  for (std::int64_t first = 0; first < weight.size(0); first += rows) {
    const std::int64_t count = std::min(rows, weight.size(0) - first);
    at::Tensor block = room.narrow(0, 0, count);
    visit(first, block.copy_(weight.narrow(0, first, count)));
  }
}

bool is_widened(const at::Tensor& weight) {
  return product_type(weight.scalar_type(), weight.device()) != weight.scalar_type();
}

/// x W^T in float32, rounded once to `type`.
at::Tensor widened_product(const at::Tensor& x, const at::Tensor& weight, at::ScalarType type) {
  const at::Tensor wide = x.to(at::kFloat);
  const at::Tensor product = at::empty({x.size(0), weight.size(0)}, wide.options());
  for_each_widened_block(weight, [&](std::int64_t first, const at::Tensor& block) {
    const at::Tensor columns = product.narrow(1, first, block.size(0));
    device::mm_out(columns, wide, block.t());
  });
  return product.to(type);
}

/// x W^T of bf16 matrices, in float32 if the kernels return it.
at::Tensor bf16_product(const at::Tensor& x, const at::Tensor& weight) {
  if (is_widened(weight)) return widened_product(x, weight, at::kFloat);
  if (device::multiplies_bf16_to_float32(x.device())) return device::mm_to_float32(x, weight.t());
  return device::mm(x, weight.t()).to(at::kFloat);
}

}  // namespace

Activations accurate_activations(c10::Device device) {
  return device::multiplies_bf16_to_float32(device) ? Activations::two_parts : Activations::wide;
}

at::ScalarType product_type(at::ScalarType type, c10::Device device) {
  return type == at::kBFloat16 && !device::multiplies_bf16(device) ? at::kFloat : type;
}

at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight) {
  return is_widened(weight) ? widened_product(x, weight, weight.scalar_type()) : device::mm(x, weight.t());
}

at::Tensor times(const at::Tensor& x, const at::Tensor& weight) {
  if (!is_widened(weight)) return device::mm(x, weight);
  const at::Tensor wide = x.to(at::kFloat);
  const at::Tensor sum = at::zeros({x.size(0), weight.size(1)}, wide.options());
  for_each_widened_block(weight, [&](std::int64_t first, const at::Tensor& block) {
    device::add_mm(sum, wide.narrow(1, first, block.size(0)), block);
  });
  return sum.to(weight.scalar_type());
}

at::Tensor wide_product(const at::Tensor& x, const at::Tensor& weight) {
  return x.scalar_type() == weight.scalar_type() ? device::mm(x, weight.t()) : widened_product(x, weight, at::kFloat);
}

at::Tensor two_part_product(const at::Tensor& x, const at::Tensor& weight) {
  if (weight.scalar_type() != at::kBFloat16) return wide_product(x, weight);
  const at::Tensor high = x.to(at::kBFloat16), low = (x - high).to(at::kBFloat16);
  // Kernels that round their result to bf16 would lose the second part.
  if (!device::multiplies_bf16_to_float32(x.device()))
    return widened_product(high, weight, at::kFloat).add_(widened_product(low, weight, at::kFloat));
  return bf16_product(high, weight).add_(bf16_product(low, weight));
}

at::Tensor difference_product(const at::Tensor& x, const at::Tensor& weight) {
  if (weight.scalar_type() != at::kBFloat16) return wide_product(x, weight);
  return bf16_product(x.to(at::kBFloat16), weight);
}

at::Tensor difference_product_by_head(const at::Tensor& x, const at::Tensor& weight) {
  const std::int64_t heads = x.size(0), width = x.size(2);
  PINPOINT_EXPECT(weight.size(1) == heads * width);
  const at::ScalarType type = product_type(weight.scalar_type(), weight.device());
  const at::Tensor by_head = weight.view({weight.size(0), heads, width}).permute({1, 2, 0});  // [heads, e, out]
  const at::Tensor rounded = x.to(weight.scalar_type());
  if (device::multiplies_bf16_to_float32(x.device()) && weight.scalar_type() == at::kBFloat16)
    return device::bmm_to_float32(rounded, by_head);
  return device::bmm(rounded.to(type), by_head.to(type)).to(x.scalar_type());
}

}  // namespace pinpoint::transformer
