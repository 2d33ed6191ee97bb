/// \file
/// The number of parameters in the matrices of a layer. A row costs two operations per parameter.
#pragma once

#include "model/transformer/model_config.h"

namespace pinpoint::transformer {

/// Of queries, keys, values and the output projection.
inline double attention_parameters(const ModelConfig& c) {
  return 2.0 * static_cast<double>(c.width) * static_cast<double>(c.heads_width() + c.kv_width());
}

/// Of gate, up and down.
inline double mlp_parameters(const ModelConfig& c) {
  return 3.0 * static_cast<double>(c.width) * static_cast<double>(c.mlp_width);
}

/// A sweep in float32 uses a layer for many products. It widens layers of up to this many bytes in float32 as a whole,
/// larger ones block by block. Fixed, because the bits of a product depend on it.
inline constexpr double most_widened_bytes = 1024.0 * 1024 * 1024;

/// Of a whole layer: P / L (docs/method.md, "Symbols and terms").
inline double layer_parameters(const ModelConfig& c) { return attention_parameters(c) + mlp_parameters(c); }

inline double widened_layer_bytes(const ModelConfig& c) { return 4 * layer_parameters(c); }
inline bool is_widened_whole(const ModelConfig& c) { return widened_layer_bytes(c) <= most_widened_bytes; }

}  // namespace pinpoint::transformer
