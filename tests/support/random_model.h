/// \file
/// Random models of every family and any shape, as HF directories.
#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "model/transformer/model_config.h"

namespace pinpoint::test {

/// The statistics of a random model's weights.
enum class Statistics {
  plain,      ///< all channels alike, logits up to 3 or 4, so that any fault of order 1 shows
  realistic,  ///< as in trained models: outlier channels, uneven norm weights and logits of about 20
};

/// A shape small enough for any test and odd enough to catch a mixed-up axis: 3 layers, 4 heads on 2 key/value heads.
transformer::ModelConfig small_llama();

/// The same for every family, with its peculiarities set so that prompts of a dozen tokens reach them: the stretched
/// frequencies of Llama-3.1, Mistral's window, Qwen-1's rules for long prompts, biases, and norms of heads wider than
/// d / H.
struct NamedModel {
  std::string name;
  transformer::ModelConfig shape;
  Statistics statistics = Statistics::plain;
};
std::vector<NamedModel> small_models();
/// Those, and each once more with realistic statistics: "llama", "llama_realistic", ...
std::vector<NamedModel> small_models_of_both_statistics();
/// The plain models and two realistic ones, tied and untied. For slow tests.
std::vector<NamedModel> small_models_and_two_realistic();

struct RandomModel {
  transformer::ModelConfig shape = small_llama();
  at::ScalarType dtype = at::ScalarType::Float;  ///< float32, float16 or bfloat16
  std::int64_t shards = 1;                       ///< safetensors files; more than one have an index
  std::uint64_t seed = 0;
  Statistics statistics = Statistics::plain;
};

/// Writes config.json and the weights as HF does. Only one tensor is in memory at a time. A tensor's values depend only
/// on seed, name, shape and statistics. Plain projections have deviation 1/sqrt(fan in), so that every branch adds
/// about as much as the embedding and logits vary by about 1. Norm weights are around 1.
///
/// Realistic models have `outlier_channels`, which embedding, o_proj and down_proj write 50 times as large as the
/// others. Norm weights are uneven (Uneven) and undo the outliers: an input of a projection is about 1 in every
/// channel. Together the branches add about half of the embedding, so that the outliers keep their size through
/// all layers. Logits vary by about 4.5; if the embedding is tied, a token's own logit is about 16.
void write_random_model(const std::filesystem::path& directory, const RandomModel& llama);

/// The channels of a realistic model's residual stream that are 50 times as large as the others: 3, but at most an
/// eighth of all channels; ascending.
std::vector<std::int64_t> outlier_channels(const transformer::ModelConfig& shape, std::uint64_t seed);

}  // namespace pinpoint::test
