/// \file
/// The shape of a model, from its config.json.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "model/transformer/architecture.h"

namespace pinpoint::transformer {

/// Rotary frequencies of Llama-3.1 (`rope_scaling` of type llama3). Frequencies with a wavelength above
/// original_positions / low_factor are divided by `factor`, those below original_positions / high_factor are kept, and
/// between the two the divisor changes smoothly.
struct Llama3Scaling {
  double factor = 1;
  double low_factor = 1;
  double high_factor = 4;
  double original_positions = 8192;
  bool operator==(const Llama3Scaling&) const = default;
};

/// Qwen-1's rules for prompts longer than those of its training.
struct LongPrompts {
  std::int64_t trained_positions = 0;  ///< S (`seq_length`)
  bool dynamic_ntk = false;            ///< the rotary base grows with the prompt
  bool logn_attention = false;         ///< the query at the i-th position is multiplied by ln i / ln S if i > S
  bool operator==(const LongPrompts&) const = default;
};

/// In layers from `first_layer` on, a position sees only the last `width` keys, its own included.
struct SlidingWindow {
  std::int64_t width = 0;
  std::int64_t first_layer = 0;
  bool operator==(const SlidingWindow&) const = default;
};

/// Symbols as in docs/method.md: L layers, H query heads, G key/value heads, d width, e head width, f MLP width, V
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
  std::optional<Llama3Scaling> rope_scaling = std::nullopt;
  std::optional<LongPrompts> long_prompts = std::nullopt;
  std::optional<SlidingWindow> sliding_window = std::nullopt;

  std::int64_t heads_width() const { return heads * head_width; }  ///< H*e
  std::int64_t kv_width() const { return kv_heads * head_width; }  ///< G*e
  /// The most keys that a position sees in that layer, its own included.
  std::int64_t window(std::int64_t layer) const {
    return sliding_window && layer >= sliding_window->first_layer ? sliding_window->width
                                                                  : std::numeric_limits<std::int64_t>::max();
  }
  bool operator==(const ModelConfig&) const = default;
};

}  // namespace pinpoint::transformer
