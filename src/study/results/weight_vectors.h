/// \file
/// The flat vectors that a tuning of every weight changes (model/weights/weight_unit.h), and where a model's tensors
/// are in them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/weights/layer_layout.h"

namespace pinpoint::results {

struct WeightVector {
  std::string name;  ///< "layers.N", "embedding", "unembedding", "final_norm"
  std::int64_t elements = 0;
  std::string axis;  ///< vectors of one axis have one length
};

/// All vectors of a model, in the order of the forward pass; no unembedding where it is the embedding.
std::vector<WeightVector> weight_vectors(const transformer::ModelConfig& model);

/// A tensor in a layer's vector.
struct VectorPart {
  std::string name;          ///< "q_proj", "v_proj.bias", ...: whatever its family calls it
  std::int64_t first = 0;    ///< element of the vector that is its first
  weights::LayoutPart part;  ///< its shape, and where it is in the files; of float32
};

/// In the order of the vector.
std::vector<VectorPart> vector_parts(const transformer::ModelConfig& model);

}  // namespace pinpoint::results
