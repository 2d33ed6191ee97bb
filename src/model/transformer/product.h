/// \file
/// Matrix products of activations with weights, on whatever computes them fastest (docs/precision.md).
#pragma once

#include <ATen/core/Tensor.h>

#include "model/transformer/activations.h"

namespace pinpoint::transformer {

/// The activations of a product that loses little and is fast on that device: two parts where products of bf16
/// matrices may give float32 (GPUs with a LibTorch that offers it), else wide.
Activations accurate_activations(c10::Device device);

/// The type in which matrices of type `type` on that device are multiplied: their own, but float32 where there are no
/// kernels for bf16 (device::multiplies_bf16).
at::ScalarType product_type(at::ScalarType type, c10::Device device);

/// x W^T: [rows, in] by [out, in] to [rows, out], both in the weights' type, added up in float32 or better and rounded
/// once. Without kernels for bf16 W is widened block by block, never whole. The bits depend on shapes and machine only.
at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight);

/// x W: [rows, out] by [out, in] to [rows, in], else the same.
at::Tensor times(const at::Tensor& x, const at::Tensor& weight);

/// x W^T of a wide x, nothing rounded: bf16 weights are widened block by block. Returns x's type.
at::Tensor wide_product(const at::Tensor& x, const at::Tensor& weight);

/// The same to about 2^-16 of |x| |W|: x is the sum of its rounding to bf16 and of what that leaves, rounded likewise.
at::Tensor two_part_product(const at::Tensor& x, const at::Tensor& weight);

/// One product of x, rounded to the weights' type, with them: [rows, in] wide to [rows, out] wide. The result is
/// rounded to bf16 in between where the kernels give nothing better. Meant for differences, of which rounding takes a
/// share.
at::Tensor difference_product(const at::Tensor& x, const at::Tensor& weight);

/// The same head by head: x [heads, rows, e] with the weight's columns of that head, [out, heads*e]. Returns
/// [heads, rows, out] wide.
at::Tensor difference_product_by_head(const at::Tensor& x, const at::Tensor& weight);

}  // namespace pinpoint::transformer
