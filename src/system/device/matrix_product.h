/// \file
/// Matrix products by all threads of a rank.
///
/// A threaded BLAS gives every thread an equal share, so the thread that shares its core with another process decides
/// the time, and the last bits depend on the number of threads. Here a product of float32 or float64 matrices on a CPU
/// is cut into parts that depend on its shape only. One thread computes a part (set_threads) and then takes the next
/// one, so the bits are the same for any number of threads (docs/performance.md, Threads). All other products are
/// LibTorch's own.
#pragma once

#include <ATen/core/Tensor.h>

namespace pinpoint::device {

/// a b: [n, k] by [k, m] to [n, m].
at::Tensor mm(const at::Tensor& a, const at::Tensor& b);
/// The same into `result`, [n, m], which may be columns of a larger matrix.
void mm_out(const at::Tensor& result, const at::Tensor& a, const at::Tensor& b);
/// sum += a b, [n, m].
void add_mm(const at::Tensor& sum, const at::Tensor& a, const at::Tensor& b);

/// a b for every pair of a batch: [b, n, k] by [b, k, m] to [b, n, m].
at::Tensor bmm(const at::Tensor& a, const at::Tensor& b);

}  // namespace pinpoint::device
