/// \file
/// Matrix products in the weights' type, on whatever computes it fastest.
#pragma once

#include <ATen/core/Tensor.h>

namespace pinpoint::model {

/// The type in which matrices of type `type` on that device are multiplied: their own, but float32 where there are no
/// kernels for bf16 (parallel::multiplies_bf16).
at::ScalarType product_type(at::ScalarType type, c10::Device device);

/// x W^T: [rows, in] by [out, in] to [rows, out], added up in float32 or better and rounded once to the weights' type.
/// Without kernels for bf16 W is widened block by block, never whole. The bits depend on shapes and machine alone.
at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight);

/// x W: [rows, out] by [out, in] to [rows, in], else the same.
at::Tensor times(const at::Tensor& x, const at::Tensor& weight);

}  // namespace pinpoint::model
