/// \file
/// The precision of activations in products.
#pragma once

namespace pinpoint::transformer {

/// Precision of the activations in a product with bf16 weights. Weights of another type are multiplied in their own
/// type, whatever this value is.
enum class Activations {
  rounded,    ///< rounded to bf16, and so is the result: mixed precision
  wide,       ///< float32, and so is the result
  two_parts,  ///< the sum of two bf16 numbers, each a product of its own; the result is float32
};

}  // namespace pinpoint::transformer
