#include "support/model_json.h"

#include <nlohmann/json.hpp>

#include "model/pretrained/model_config_file.h"

namespace pinpoint::test {
namespace {

using nlohmann::json;
using transformer::Architecture;

std::string torch_dtype(at::ScalarType dtype) {
  if (dtype == at::ScalarType::Float) return "float32";
  return dtype == at::ScalarType::Half ? "float16" : "bfloat16";
}

json common(const transformer::ModelConfig& c, at::ScalarType dtype) {
  return {{"hidden_size", c.width},
          {"num_hidden_layers", c.layers},
          {"num_attention_heads", c.heads},
          {"vocab_size", c.vocabulary},
          {"max_position_embeddings", c.max_positions},
          {"tie_word_embeddings", c.tied_embeddings},
          {"torch_dtype", torch_dtype(dtype)}};
}

json qwen(const transformer::ModelConfig& c, at::ScalarType dtype) {
  json config = common(c, dtype);
  const transformer::LongPrompts rule =
      c.long_prompts.value_or(transformer::LongPrompts{.trained_positions = c.max_positions});
  config.update({{"model_type", "qwen"},
                 {"intermediate_size", 2 * c.mlp_width},
                 {"kv_channels", c.head_width},
                 {"layer_norm_epsilon", c.norm_epsilon},
                 {"no_bias", true},
                 {"rotary_emb_base", c.rope_theta},
                 {"rotary_pct", 1.0},
                 {"scale_attn_weights", true},
                 {"seq_length", rule.trained_positions},
                 {"use_dynamic_ntk", rule.dynamic_ntk},
                 {"use_logn_attn", rule.logn_attention}});
  return config;
}

json llama_like(const transformer::ModelConfig& c, at::ScalarType dtype, const char* model_type) {
  json config = common(c, dtype);
  config.update({{"model_type", model_type},
                 {"hidden_act", "silu"},
                 {"intermediate_size", c.mlp_width},
                 {"num_key_value_heads", c.kv_heads},
                 {"rms_norm_eps", c.norm_epsilon},
                 {"rope_theta", c.rope_theta}});
  return config;
}

json llama(const transformer::ModelConfig& c, at::ScalarType dtype) {
  json config = llama_like(c, dtype, "llama");
  if (c.rope_scaling)
    config["rope_scaling"] = {{"rope_type", "llama3"},
                              {"factor", c.rope_scaling->factor},
                              {"low_freq_factor", c.rope_scaling->low_factor},
                              {"high_freq_factor", c.rope_scaling->high_factor},
                              {"original_max_position_embeddings", c.rope_scaling->original_positions}};
  return config;
}

json mistral(const transformer::ModelConfig& c, at::ScalarType dtype) {
  json config = llama_like(c, dtype, "mistral");
  config["sliding_window"] = c.sliding_window ? json(c.sliding_window->width) : json();
  return config;
}

json newer_qwen(const transformer::ModelConfig& c, at::ScalarType dtype, const char* model_type) {
  json config = llama_like(c, dtype, model_type);
  config["use_sliding_window"] = c.sliding_window.has_value();
  config["sliding_window"] = c.sliding_window ? json(c.sliding_window->width) : json(4096);
  config["max_window_layers"] = c.sliding_window ? c.sliding_window->first_layer : c.layers;
  if (c.architecture == Architecture::qwen3) config.update({{"head_dim", c.head_width}, {"attention_bias", false}});
  return config;
}

}  // namespace

std::string published_config(const transformer::ModelConfig& c, at::ScalarType dtype) {
  switch (c.architecture) {
    case Architecture::mistral: return mistral(c, dtype).dump(2);
    case Architecture::qwen: return qwen(c, dtype).dump(2);
    case Architecture::qwen2: return newer_qwen(c, dtype, "qwen2").dump(2);
    case Architecture::qwen3: return newer_qwen(c, dtype, "qwen3").dump(2);
    case Architecture::llama: break;
  }
  return c.rope_scaling ? llama(c, dtype).dump(2) : pretrained::format_model_config(c, dtype);
}

}  // namespace pinpoint::test
