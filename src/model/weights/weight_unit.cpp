#include "model/weights/weight_unit.h"

#include <fmt/format.h>

namespace pinpoint::weights {

std::string WeightUnit::vector() const {
  switch (kind) {
    case Kind::embedding_tile: return "embedding";
    case Kind::layer: return fmt::format("layers.{}", number);
    case Kind::final_norm: return "final_norm";
    case Kind::unembedding_tile: break;
  }
  return "unembedding";
}

}  // namespace pinpoint::weights
