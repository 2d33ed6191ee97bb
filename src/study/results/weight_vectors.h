/// \file
/// The flat vectors that a tuning of every weight changes (model/weights/weight_unit.h), and the positions of a model's
/// tensors in them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/weights/layer_layout.h"

namespace pinpoint::results {

struct WeightVector {
  std::string name;  ///< "layers.N", "embedding", "unembedding", "final_norm"
  std::int64_t elements = 0;
  std::string axis;  ///< its scale; vectors of the same axis have the same length
};

/// All vectors of a model, in the order of the forward pass; no unembedding if it is tied to the embedding.
std::vector<WeightVector> weight_vectors(const transformer::ModelConfig& model);

/// A tensor within a layer's vector.
struct VectorPart {
  std::string name;          ///< "q_proj", "v_proj.bias", ..., the same in every family
  std::int64_t first = 0;    ///< index of its first element in the vector
  weights::LayoutPart part;  ///< shape and position in the files; float32
};

/// In the order of the vector.
std::vector<VectorPart> vector_parts(const transformer::ModelConfig& model);

}  // namespace pinpoint::results
