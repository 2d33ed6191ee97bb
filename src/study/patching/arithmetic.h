/// \file
/// In which precision a sweep computes (method: section 2; docs/precision.md).
#pragma once

#include <string_view>

#include "model/transformer/activations.h"
#include "model/transformer/options.h"

namespace pinpoint::patching {

/// Residual streams, norms and the unembedding of passes are float32 in all of them; weights have their own type.
enum class Arithmetic {
  float32,     ///< every product takes float32 activations
  difference,  ///< passes are accurate; a row carries its difference from them, and its products take bf16 differences
  bf16,        ///< activations are rounded to bf16 before every product: too coarse to rank heads
  two_parts,   ///< every product takes an activation as the sum of two bf16 numbers; for comparison only
};

/// As configuration and files have it: "float32", ...
std::string_view name_of(Arithmetic arithmetic);

/// What `sweep.arithmetic: auto` is: differences where there are units for bf16 products (device::has_bf16_units) and
/// the weights are bf16, else float32.
Arithmetic suitable_arithmetic(bool has_bf16_units, transformer::DType weights);

/// Of the products of passes A and B, and of rows that are computed whole. accurate: transformer::accurate_activations
transformer::Activations activations_of_passes(Arithmetic arithmetic, transformer::Activations accurate);
/// Whether passes A and B are too coarse for the literal passes, so that a checked sample gets accurate ones of its
/// own.
bool needs_accurate_passes(Arithmetic arithmetic);
/// Of the literal passes, which are always accurate.
transformer::Activations activations_of_checks(Arithmetic arithmetic, transformer::Activations accurate);

}  // namespace pinpoint::patching
