#include "study/patching/arithmetic.h"

namespace pinpoint::patching {

using transformer::Activations;

std::string_view name_of(Arithmetic arithmetic) {
  switch (arithmetic) {
    case Arithmetic::float32: return "float32";
    case Arithmetic::difference: return "difference";
    case Arithmetic::bf16: return "bf16";
    case Arithmetic::two_parts: break;
  }
  return "two_parts";
}

Arithmetic suitable_arithmetic(bool has_bf16_units, transformer::DType weights) {
  return has_bf16_units && weights == transformer::DType::bf16 ? Arithmetic::difference : Arithmetic::float32;
}

Activations activations_of_passes(Arithmetic arithmetic, Activations accurate) {
  switch (arithmetic) {
    case Arithmetic::float32: return Activations::wide;
    case Arithmetic::difference: return accurate;
    case Arithmetic::bf16: return Activations::rounded;
    case Arithmetic::two_parts: break;
  }
  return Activations::two_parts;
}

bool needs_accurate_passes(Arithmetic arithmetic) { return arithmetic == Arithmetic::bf16; }

Activations activations_of_checks(Arithmetic arithmetic, Activations accurate) {
  return needs_accurate_passes(arithmetic) ? accurate : activations_of_passes(arithmetic, accurate);
}

}  // namespace pinpoint::patching
