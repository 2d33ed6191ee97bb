/// \file
/// A model's config.json.
#pragma once

#include <c10/core/ScalarType.h>

#include <string>
#include <string_view>

#include "model/transformer/model_config.h"

namespace pinpoint::pretrained {

/// Reads the keys as the family's publisher names them (docs/models.md), with the defaults of Hugging Face's
/// transformers for those that a config may leave out: for a Llama num_key_value_heads (num_attention_heads), head_dim
/// (hidden_size / num_attention_heads), hidden_act (silu), rms_norm_eps (1e-6), rope_theta (10000),
/// max_position_embeddings (2048), tie_word_embeddings (false). Keys that do not change the forward pass are ignored.
/// \param text the file's JSON \param file its name, for messages
/// \throws UserError naming file and key: a needed key is missing, a value has the wrong type or is out of range,
///         shapes contradict each other, the architecture or a feature of it is not supported
transformer::ModelConfig parse_model_config(std::string_view text, const std::string& file);

/// The config.json of a Llama of this shape, as transformers writes it. \pre plain rotary embeddings
/// \param dtype of the weights in its files: float32, float16 or bfloat16
std::string format_model_config(const transformer::ModelConfig& config, at::ScalarType dtype);

}  // namespace pinpoint::pretrained
