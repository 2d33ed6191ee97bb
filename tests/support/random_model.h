/// \file
/// The tests' own models: random ones of every family and any shape, as HF directories.
#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "model/model_config.h"

namespace pinpoint::test {

/// A shape small enough for any test and odd enough to catch a mixed-up axis: 3 layers, 4 heads on 2 key/value heads.
model::ModelConfig small_llama();

/// The same for every family, each with what sets it apart and prompts of a dozen tokens call upon: the stretched
/// frequencies of Llama-3.1, Mistral's window, Qwen-1's rules for long prompts, biases, norms of heads that are wider
/// than d / H.
struct NamedModel {
  std::string name;
  model::ModelConfig shape;
};
std::vector<NamedModel> small_models();

struct RandomModel {
  model::ModelConfig shape = small_llama();
  at::ScalarType dtype = at::ScalarType::Float;  ///< float32, float16 or bfloat16
  std::int64_t shards = 1;                       ///< safetensors files; with more than one there is an index
  std::uint64_t seed = 0;
};

/// Writes config.json and the weights as HF does. Projections have deviation 1/sqrt(fan in), so that every branch adds
/// about as much as the embedding gave and logits vary by about 1; norm weights lie around 1. Only one tensor is in
/// memory at a time, and every tensor's values depend on seed and name alone.
void write_random_model(const std::filesystem::path& directory, const RandomModel& llama);

}  // namespace pinpoint::test
