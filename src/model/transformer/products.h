/// \file
/// The products of a pass: their precision, and what their operations are counted as.
#pragma once

#include <ATen/core/Tensor.h>

#include "model/transformer/operations.h"
#include "model/transformer/product.h"

namespace pinpoint::transformer {

struct Products {
  Activations activations = Activations::rounded;
  Tally tally = {};

  /// The type of an activation in a product with `weight`: the weight's own if activations are rounded, else wide.
  at::ScalarType input_type(const at::Tensor& weight) const;

  /// x W^T: [rows, in] of `input_type` by [out, in] to [rows, out] of the same type.
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& weight) const;
};

/// The type of the residual stream for weights of that type: float64 for float64, else float32.
inline at::ScalarType wide_type(at::ScalarType weights) { return weights == at::kDouble ? at::kDouble : at::kFloat; }

}  // namespace pinpoint::transformer
