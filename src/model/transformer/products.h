/// \file
/// The products of a pass: how precise they are, and whom their operations are counted to.
#pragma once

#include <ATen/core/Tensor.h>

#include "model/transformer/operations.h"
#include "model/transformer/product.h"

namespace pinpoint::transformer {

struct Products {
  Activations activations = Activations::rounded;
  Tally tally = {};

  /// The type in which an activation enters a product with `weight`: the weights' own where it is rounded, else wide.
  at::ScalarType input_type(const at::Tensor& weight) const;

  /// x W^T: [rows, in] of `input_type` by [out, in] to [rows, out] of the same type.
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& weight) const;
};

/// The type of the residual stream beside weights of that type: float32, but float64 with float64.
inline at::ScalarType wide_type(at::ScalarType weights) { return weights == at::kDouble ? at::kDouble : at::kFloat; }

}  // namespace pinpoint::transformer
