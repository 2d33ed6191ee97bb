/// \file
/// In which precision a sweep computes (method: section 2; docs/precision.md).
#pragma once

#include <string_view>

#include "model/activations.h"
#include "model/options.h"

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

/// What `sweep.arithmetic: auto` is: differences where there are units for bf16 products (parallel::has_bf16_units) and
/// the weights are bf16, else float32.
Arithmetic suitable_arithmetic(bool has_bf16_units, model::DType weights);

/// Of the products of passes A and B, and of rows that are computed whole. accurate: model::accurate_activations
model::Activations activations_of_passes(Arithmetic arithmetic, model::Activations accurate);
/// Of the literal passes, which are always accurate.
model::Activations activations_of_checks(Arithmetic arithmetic, model::Activations accurate);

}  // namespace pinpoint::patching
