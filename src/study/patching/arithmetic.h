/// \file
/// The precision of a sweep's products (docs/method.md, 2.5; docs/precision.md).
#pragma once

#include <string_view>

#include "model/transformer/activations.h"
#include "model/transformer/options.h"

namespace pinpoint::patching {

/// Residual streams, norms and the unembedding of passes are always float32. Weights keep their own type.
enum class Arithmetic {
  float32,     ///< products use float32 activations
  difference,  ///< passes are accurate; a row carries its difference from them, and its products take bf16 differences
  bf16,        ///< activations are rounded to bf16 before every product: too coarse to rank heads
  two_parts,   ///< products use an activation as the sum of two bf16 numbers; for comparison only
};

/// The name in configuration and files: "float32", ...
std::string_view name_of(Arithmetic arithmetic);

/// The meaning of `sweep.arithmetic: auto`: `difference` if there are units for bf16 products (device::has_bf16_units)
/// and the weights are bf16, else `float32`.
Arithmetic suitable_arithmetic(bool has_bf16_units, transformer::DType weights);

/// For the products of passes A and B and of whole rows. accurate: transformer::accurate_activations
transformer::Activations activations_of_passes(Arithmetic arithmetic, transformer::Activations accurate);
/// Whether passes A and B are too coarse for the literal passes, so that a checked sample needs accurate ones of its
/// own.
bool needs_accurate_passes(Arithmetic arithmetic);
/// For the literal passes, which are always accurate.
transformer::Activations activations_of_checks(Arithmetic arithmetic, transformer::Activations accurate);

}  // namespace pinpoint::patching
