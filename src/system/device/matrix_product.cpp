#include "system/device/matrix_product.h"

#include <ATen/ops/bmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>

#include <algorithm>

#include "system/device/parts.h"

namespace pinpoint::device {
namespace {

bool is_cut(const at::Tensor& a) {
  return a.is_cpu() && (a.scalar_type() == at::kFloat || a.scalar_type() == at::kDouble);
}

/// Columns of a part. Each part copies all of `a` into the order of the BLAS, which takes 1 to 4 % of the time at 256
/// columns and about 1 % at 512. An eighth of the columns lets threads balance their work. Multiples of 64 fit the
/// kernels.
std::int64_t part_columns(std::int64_t columns) {
  constexpr std::int64_t kernel = 64, least = 256, most = 512;
  return std::clamp((columns / 8 + kernel - 1) / kernel * kernel, least, most);
}

template <class Product>
void for_each_columns(const at::Tensor& result, const at::Tensor& b, const Product& product) {
  for_each_part(b.size(1), part_columns(b.size(1)), [&](std::int64_t first, std::int64_t count) {
    at::Tensor columns = result.narrow(1, first, count);
    product(columns, b.narrow(1, first, count));
  });
}

/// A part of a batch takes at least some 100 microseconds, far more than it takes to get a part.
constexpr std::int64_t least_operations = std::int64_t{1} << 22;

std::int64_t matrix_operations(const at::Tensor& a, const at::Tensor& b) {
  return std::max<std::int64_t>(1, 2 * a.size(1) * a.size(2) * b.size(2));
}

/// Parts of several matrices.
void multiply_small(const at::Tensor& result, const at::Tensor& a, const at::Tensor& b) {
  for_each_part(a.size(0), least_operations / matrix_operations(a, b), [&](std::int64_t first, std::int64_t count) {
    at::Tensor matrices = result.narrow(0, first, count);
    at::bmm_out(matrices, a.narrow(0, first, count), b.narrow(0, first, count));
  });
}

/// Parts of columns of one matrix.
void multiply_large(const at::Tensor& result, const at::Tensor& a, const at::Tensor& b) {
  const std::int64_t columns = b.size(2), part = part_columns(columns), parts = (columns + part - 1) / part;
  for_each_part(a.size(0) * parts, 1, [&](std::int64_t i, std::int64_t) {
    const std::int64_t matrix = i / parts, first = i % parts * part, count = std::min(part, columns - first);
    at::Tensor of_matrix = result.select(0, matrix).narrow(1, first, count);
    at::mm_out(of_matrix, a.select(0, matrix), b.select(0, matrix).narrow(1, first, count));
  });
}

}  // namespace

at::Tensor mm(const at::Tensor& a, const at::Tensor& b) {
  if (!is_cut(a)) return at::mm(a, b);
  const at::Tensor result = at::empty({a.size(0), b.size(1)}, a.options());
  device::mm_out(result, a, b);  // without the namespace it would be LibTorch's
  return result;
}

void mm_out(const at::Tensor& result, const at::Tensor& a, const at::Tensor& b) {
  if (is_cut(a))
    return for_each_columns(result, b,
                            [&](at::Tensor& columns, const at::Tensor& of_b) { at::mm_out(columns, a, of_b); });
  at::Tensor whole = result;
  at::mm_out(whole, a, b);
}

void add_mm(const at::Tensor& sum, const at::Tensor& a, const at::Tensor& b) {
  if (is_cut(a))
    return for_each_columns(sum, b, [&](at::Tensor& columns, const at::Tensor& of_b) { columns.addmm_(a, of_b); });
  sum.addmm_(a, b);
}

at::Tensor bmm(const at::Tensor& a, const at::Tensor& b) {
  if (!is_cut(a)) return at::bmm(a, b);
  at::Tensor result = at::empty({a.size(0), a.size(1), b.size(2)}, a.options());
  const bool are_large = matrix_operations(a, b) > least_operations;
  are_large ? multiply_large(result, a, b) : multiply_small(result, a, b);
  return result;
}

}  // namespace pinpoint::device
