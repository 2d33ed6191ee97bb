/// \file
/// Matrix products of activations with weights (docs/precision.md).
#pragma once

#include <ATen/core/Tensor.h>

#include "model/transformer/activations.h"

namespace pinpoint::transformer {

/// The fastest activations on that device that lose little: two parts if products of bf16 matrices can return float32
/// (GPUs, if LibTorch supports it), else wide.
Activations accurate_activations(c10::Device device);

/// The type in which matrices of type `type` are multiplied on that device: their own, but float32 if there are no
/// kernels for bf16 (device::multiplies_bf16).
at::ScalarType product_type(at::ScalarType type, c10::Device device);

/// x W^T: [rows, in] by [out, in] to [rows, out], both in the weights' type, summed in float32 or better and rounded
/// once. Without kernels for bf16 W is widened block by block, never whole. The bits depend on shapes and machine only.
at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight);

/// x W: [rows, out] by [out, in] to [rows, in], otherwise the same.
at::Tensor times(const at::Tensor& x, const at::Tensor& weight);

/// x W^T of a wide x without rounding: bf16 weights are widened block by block. Returns x's type.
at::Tensor wide_product(const at::Tensor& x, const at::Tensor& weight);

/// The same to about 2^-16 of |x| |W|: x is replaced by its rounding to bf16 plus the remainder rounded to bf16.
at::Tensor two_part_product(const at::Tensor& x, const at::Tensor& weight);

/// x W^T with x rounded to the weights' type: [rows, in] wide to [rows, out] wide. The result is also rounded to bf16
/// if the kernels return nothing better. For differences only, because the error is relative to |x|.
at::Tensor difference_product(const at::Tensor& x, const at::Tensor& weight);

/// The same per head: x [heads, rows, e] by each head's columns of the weight, [out, heads*e]. Returns
/// [heads, rows, out] wide.
at::Tensor difference_product_by_head(const at::Tensor& x, const at::Tensor& weight);

}  // namespace pinpoint::transformer
