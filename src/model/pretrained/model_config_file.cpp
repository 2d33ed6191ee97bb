#include "model/pretrained/model_config_file.h"

#include <fmt/ranges.h>

#include "model/pretrained/weight_type.h"
#include "system/base/check.h"
#include "system/files/config_object.h"
#include "system/files/json_text.h"

namespace pinpoint::pretrained {
namespace {

using nlohmann::json;
using transformer::Architecture;

const transformer::Family& parse_family(const files::ConfigObject& config, const std::string& file) {
  const std::string type = config.needed_text("model_type");
  const transformer::Family* family = transformer::find_family(type);
  validate(family != nullptr,
           "{}: the architecture \"{}\" (key \"model_type\") is not supported; choose a model of type {}", file, type,
           fmt::join(transformer::model_types(), ", "));
  return *family;
}

void check_features(const files::ConfigObject& config) {
  for (const char* key : {"num_local_experts", "num_experts", "n_routed_experts"})
    config.require_supported(!config.find(key), key, "a mixture of experts");
  config.require_supported(!config.find("quantization_config"), "quantization_config", "quantised weights");
  config.require_supported(config.text("hidden_act").value_or("silu") == "silu", "hidden_act",
                           "another activation than silu");
  config.require_supported(!config.flag("attention_bias").value_or(false), "attention_bias",
                           "biases in the attention, its output projection's included");
  config.require_supported(!config.flag("mlp_bias").value_or(false), "mlp_bias", "biases in the MLP");
  for (const char* key : {"partial_rotary_factor", "rotary_pct"})
    config.require_supported(config.positive_number(key).value_or(1) == 1, key,
                             "rotary embeddings on a part of each head");
}

transformer::Llama3Scaling parse_llama3_scaling(const files::ConfigObject& rope) {
  const transformer::Llama3Scaling scaling{
      .factor = rope.needed_positive_number("factor"),
      .low_factor = rope.needed_positive_number("low_freq_factor"),
      .high_factor = rope.needed_positive_number("high_freq_factor"),
      .original_positions = rope.needed_positive_number("original_max_position_embeddings")};
  rope.require_consistent(scaling.low_factor < scaling.high_factor,
                          "\"low_freq_factor\" is not below \"high_freq_factor\"");
  return scaling;
}

/// Base and scaling of the rotary embedding: keys of the config, or of its "rope_parameters" in newer versions.
void parse_rope(const files::ConfigObject& config, transformer::ModelConfig& shape) {
  shape.rope_theta = config.positive_number("rope_theta").value_or(10000);
  for (const char* key : {"rope_scaling", "rope_parameters"}) {
    const auto rope = config.object(key);
    if (!rope) continue;
    const auto older_name = rope->text("type");
    const std::string type = rope->text("rope_type").value_or(older_name.value_or("default"));
    config.require_supported(type == "default" || type == "llama3", key,
                             fmt::format("rotary embeddings of type \"{}\"", type));
    if (type == "llama3") shape.rope_scaling = parse_llama3_scaling(*rope);
    shape.rope_theta = rope->positive_number("rope_theta").value_or(shape.rope_theta);
  }
}

/// Mistral has a window unless it is null. Qwen2 and Qwen3 have one from a layer on if "use_sliding_window" is set.
std::optional<transformer::SlidingWindow> parse_window(const files::ConfigObject& config, Architecture architecture) {
  if (architecture == Architecture::mistral) {
    if (!config.contains("sliding_window")) return transformer::SlidingWindow{4096};
    const auto width = config.size("sliding_window");
    return width ? std::optional(transformer::SlidingWindow{*width}) : std::nullopt;
  }
  if (architecture == Architecture::llama || !config.flag("use_sliding_window").value_or(false)) return std::nullopt;
  return transformer::SlidingWindow{config.needed_size("sliding_window"), config.needed_size("max_window_layers")};
}

/// The list of newer versions must agree with the other keys.
void check_layer_types(const files::ConfigObject& config, const transformer::ModelConfig& shape) {
  const json* types = config.find("layer_types");
  if (!types) return;
  json expected = json::array();
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    const bool windowed = shape.sliding_window && layer >= shape.sliding_window->first_layer;
    expected.push_back(windowed ? "sliding_attention" : "full_attention");
  }
  config.require_supported(*types == expected, "layer_types", "other kinds of attention than its other keys do");
}

std::int64_t default_head_width(const files::ConfigObject& config, std::int64_t width, std::int64_t heads) {
  config.require_consistent(
      width % heads == 0, "\"hidden_size\" is not a multiple of \"num_attention_heads\", and there is no \"head_dim\"");
  return width / heads;
}

/// The keys that all families share.
transformer::ModelConfig parse_common(const files::ConfigObject& config, Architecture architecture) {
  return {.architecture = architecture,
          .layers = config.needed_size("num_hidden_layers"),
          .heads = config.needed_size("num_attention_heads"),
          .width = config.needed_size("hidden_size"),
          .mlp_width = config.needed_size("intermediate_size"),
          .vocabulary = config.needed_size("vocab_size"),
          .max_positions = config.size("max_position_embeddings").value_or(2048),
          .tied_embeddings = config.flag("tie_word_embeddings").value_or(false)};
}

/// Llama and the families that kept its keys.
transformer::ModelConfig parse_llama(const files::ConfigObject& config, Architecture architecture) {
  transformer::ModelConfig shape = parse_common(config, architecture);
  // The defaults differ between the families' libraries, so other families must give these keys.
  shape.kv_heads = architecture == Architecture::llama ? config.size("num_key_value_heads").value_or(shape.heads)
                                                       : config.needed_size("num_key_value_heads");
  config.require_consistent(shape.heads % shape.kv_heads == 0,
                            "\"num_attention_heads\" is not a multiple of \"num_key_value_heads\"");
  const auto head_width =
      architecture == Architecture::qwen3 ? config.needed_size("head_dim") : config.size("head_dim");
  shape.head_width = head_width ? *head_width : default_head_width(config, shape.width, shape.heads);
  shape.norm_epsilon = config.positive_number("rms_norm_eps").value_or(1e-6);
  parse_rope(config, shape);
  shape.sliding_window = parse_window(config, architecture);
  check_layer_types(config, shape);
  return shape;
}

/// Qwen-1. Its "intermediate_size" is the sum of the widths of gate and up.
transformer::ModelConfig parse_qwen(const files::ConfigObject& config) {
  config.require_supported(config.flag("no_bias").value_or(true), "no_bias", "biases after attention and MLP");
  config.require_supported(config.flag("scale_attn_weights").value_or(true), "scale_attn_weights",
                           "attention scores that are not scaled");
  transformer::ModelConfig shape = parse_common(config, Architecture::qwen);
  config.require_consistent(shape.mlp_width % 2 == 0, "\"intermediate_size\" is odd, but two matrices share it");
  shape.mlp_width /= 2;
  shape.kv_heads = shape.heads;
  shape.head_width = config.size("kv_channels").value_or(128);
  config.require_consistent(shape.heads_width() == shape.width,
                            "\"num_attention_heads\" times \"kv_channels\" is not \"hidden_size\"");
  config.require_supported(shape.head_width > 2, "kv_channels",
                           "heads of two elements, which dynamic NTK cannot rotate");
  shape.norm_epsilon = config.positive_number("layer_norm_epsilon").value_or(1e-6);
  shape.rope_theta = config.positive_number("rotary_emb_base").value_or(10000);
  const transformer::LongPrompts rule{.trained_positions = config.needed_size("seq_length"),
                                      .dynamic_ntk = config.flag("use_dynamic_ntk").value_or(true),
                                      .logn_attention = config.flag("use_logn_attn").value_or(true)};
  config.require_consistent(rule.trained_positions > 1,
                            "\"seq_length\" is 1, but log-n attention divides by its logarithm");
  if (rule.dynamic_ntk || rule.logn_attention) shape.long_prompts = rule;
  return shape;
}

}  // namespace

transformer::ModelConfig parse_model_config(std::string_view text, const std::string& file) {
  const json parsed = files::parse_json(text, file);
  validate(parsed.is_object(), "{}: is not a JSON object (no model's config.json); copy it again", file);
  const files::ConfigObject config(parsed, file);
  check_features(config);
  const Architecture architecture = parse_family(config, file).architecture;
  const transformer::ModelConfig shape =
      architecture == Architecture::qwen ? parse_qwen(config) : parse_llama(config, architecture);
  config.require_consistent(shape.head_width % 2 == 0,
                            "the width of a head is odd, but rotary embeddings turn pairs of its elements");
  return shape;
}

std::string format_model_config(const transformer::ModelConfig& c, at::ScalarType dtype) {
  PINPOINT_EXPECT(c.architecture == Architecture::llama && !c.rope_scaling);
  const json config = {{"architectures", {"LlamaForCausalLM"}},
                       {"attention_bias", false},
                       {"bos_token_id", 1},
                       {"eos_token_id", 2},
                       {"head_dim", c.head_width},
                       {"hidden_act", "silu"},
                       {"hidden_size", c.width},
                       {"intermediate_size", c.mlp_width},
                       {"max_position_embeddings", c.max_positions},
                       {"model_type", "llama"},
                       {"num_attention_heads", c.heads},
                       {"num_hidden_layers", c.layers},
                       {"num_key_value_heads", c.kv_heads},
                       {"rms_norm_eps", c.norm_epsilon},
                       {"rope_scaling", nullptr},
                       {"rope_theta", c.rope_theta},
                       {"tie_word_embeddings", c.tied_embeddings},
                       {"torch_dtype", torch_name(dtype)},
                       {"use_cache", true},
                       {"vocab_size", c.vocabulary}};
  return config.dump(2) + "\n";
}

}  // namespace pinpoint::pretrained
