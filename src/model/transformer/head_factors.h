/// \file
/// Factors of heads' outputs, as dropout of whole heads has them.
#pragma once

#include <ATen/core/Tensor.h>

#include "model/transformer/hooks.h"

namespace pinpoint::transformer {

/// Multiplies every head's output, or its gradient, in place. \param z [rows, H*e] \param factors [rows, H]
void scale_heads(at::Tensor& z, const at::Tensor& factors);

/// A hook that does so with all heads' outputs; an empty one where `factors` is undefined.
Hook factor_hook(const at::Tensor& factors);

}  // namespace pinpoint::transformer
