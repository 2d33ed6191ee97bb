/// \file
/// How precisely activations enter a product.
#pragma once

namespace pinpoint::transformer {

/// In which precision activations enter a product with bf16 weights. Weights of other types are multiplied in their
/// own type, whichever is asked for.
enum class Activations {
  rounded,    ///< rounded to bf16, and so is the result: mixed precision
  wide,       ///< float32, and so is the result
  two_parts,  ///< the sum of two bf16 numbers, each a product of its own; the result is float32
};

}  // namespace pinpoint::transformer
