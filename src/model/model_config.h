/// \file
/// The shape of a model, as its config.json gives it.
#pragma once

#include <cstdint>
#include <string>

namespace pinpoint::model {

enum class Architecture { llama };

/// Symbols as in the method: L layers, H query heads, G key/value heads, d width, e head width, f MLP width, V
/// vocabulary. Token ids, positions and counts are 64-bit everywhere.
struct ModelConfig {
  Architecture architecture = Architecture::llama;
  std::int64_t layers = 0;         ///< L
  std::int64_t heads = 0;          ///< H
  std::int64_t kv_heads = 0;       ///< G, divides H
  std::int64_t width = 0;          ///< d
  std::int64_t head_width = 0;     ///< e, even (rotary pairs)
  std::int64_t mlp_width = 0;      ///< f
  std::int64_t vocabulary = 0;     ///< V
  std::int64_t max_positions = 0;  ///< max_position_embeddings
  double norm_epsilon = 1e-5;
  double rope_theta = 10000;
  bool tied_embeddings = false;

  std::int64_t heads_width() const { return heads * head_width; }  ///< H*e
  std::int64_t kv_width() const { return kv_heads * head_width; }  ///< G*e
  bool operator==(const ModelConfig&) const = default;
};

}  // namespace pinpoint::model
