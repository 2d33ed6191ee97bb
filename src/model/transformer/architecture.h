/// \file
/// The families of models: what they call their tensors, and which parts their layers have beside a Llama's.
/// docs/models.md shows how to add one.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace pinpoint::transformer {

enum class Architecture { llama, mistral, qwen, qwen2, qwen3 };

/// Names of tensors without ".weight" and ".bias"; those of a layer come after "LAYERS.N.".
struct TensorNames {
  std::string_view embedding, layers, final_norm, unembedding;
  std::string_view attention_norm, query, key, value, output;
  std::string_view mlp_norm, gate, up, down;
  std::string_view query_norm = {}, key_norm = {};  ///< where the family has `head_norms`
};

/// How queries, keys and values are stored.
enum class Projections {
  apart,  ///< three matrices
  fused,  ///< one below the other in one matrix, which `query`, `key` and `value` all name
};

struct Family {
  Architecture architecture;
  std::string_view model_type;  ///< in config.json
  TensorNames names;
  Projections projections = Projections::apart;
  bool projection_biases = false;  ///< queries, keys and values have biases; no other product has one
  bool head_norms = false;         ///< every head's queries and keys are normed before they are rotated
};

const Family& family_of(Architecture architecture);
/// By config.json's "model_type"; none where it is no family of these.
const Family* find_family(std::string_view model_type);
/// The model types of all families.
std::vector<std::string_view> model_types();

}  // namespace pinpoint::transformer
