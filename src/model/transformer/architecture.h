/// \file
/// Model families: the names of their tensors, and how their layers differ from a Llama's.
/// docs/models.md shows how to add one.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace pinpoint::transformer {

enum class Architecture { llama, mistral, qwen, qwen2, qwen3 };

/// Names of tensors without ".weight" and ".bias"; those of a layer follow "LAYERS.N.".
struct TensorNames {
  std::string_view embedding, layers, final_norm, unembedding;
  std::string_view attention_norm, query, key, value, output;
  std::string_view mlp_norm, gate, up, down;
  std::string_view query_norm = {}, key_norm = {};  ///< if the family has `head_norms`
};

/// How queries, keys and values are stored.
enum class Projections {
  apart,  ///< three matrices
  fused,  ///< one matrix that holds them one below the other; `query`, `key` and `value` are all its name
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
/// The family with this "model_type" in config.json; null for an unknown one.
const Family* find_family(std::string_view model_type);
/// The model types of all families.
std::vector<std::string_view> model_types();

}  // namespace pinpoint::transformer
