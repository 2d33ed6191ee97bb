/// \file
/// Factors of the heads' outputs, for dropout of whole heads.
#pragma once

#include <ATen/core/Tensor.h>

#include "model/transformer/hooks.h"

namespace pinpoint::transformer {

/// Multiplies each head's output, or its gradient, in place. \param z [rows, H*e] \param factors [rows, H]
void scale_heads(at::Tensor& z, const at::Tensor& factors);

/// A hook that does so in a forward pass; empty if `factors` is undefined.
Hook factor_hook(const at::Tensor& factors);

}  // namespace pinpoint::transformer
