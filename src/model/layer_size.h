/// \file
/// How many parameters the matrices of a layer have: a row through a product costs two operations for each of them.
#pragma once

#include "model/model_config.h"

namespace pinpoint::model {

/// Of queries, keys, values and the output projection.
inline double attention_parameters(const ModelConfig& c) {
  return 2.0 * static_cast<double>(c.width) * static_cast<double>(c.heads_width() + c.kv_width());
}

/// Of gate, up and down.
inline double mlp_parameters(const ModelConfig& c) {
  return 3.0 * static_cast<double>(c.width) * static_cast<double>(c.mlp_width);
}

/// Of a whole layer; L times that is the P of docs/patching.md.
inline double layer_parameters(const ModelConfig& c) { return attention_parameters(c) + mlp_parameters(c); }

}  // namespace pinpoint::model
