#include "io/model_config_file.h"

#include <cmath>
#include <limits>
#include <optional>

#include "base/check.h"
#include "io/json_text.h"

namespace pinpoint::io {
namespace {

using nlohmann::json;

/// One object of the config; every message names the file and the key. A null counts as a key left out, as in HF.
class ConfigObject {
 public:
  ConfigObject(const json& object, std::string file) : object_(object), file_(std::move(file)) {}

  const json* find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  /// A size: a whole number from 1 to 2^31-1, so that the product of two of them fits into 64 bits.
  std::optional<std::int64_t> size(const char* key) const {
    const json* value = find(key);
    if (!value) return {};
    require(value->is_number_unsigned() && value->get<std::uint64_t>() >= 1 &&
                value->get<std::uint64_t>() <= std::numeric_limits<std::int32_t>::max(),
            key, "a whole number of at least 1");
    return value->get<std::int64_t>();
  }

  std::int64_t needed_size(const char* key) const {
    check_present(key);
    return *size(key);
  }

  std::optional<double> positive_number(const char* key) const {
    const json* value = find(key);
    if (!value) return {};
    require(value->is_number() && value->get<double>() > 0 && std::isfinite(value->get<double>()), key,
            "a positive number");
    return value->get<double>();
  }

  bool flag(const char* key) const {
    const json* value = find(key);
    if (!value) return false;
    require(value->is_boolean(), key, "true or false");
    return value->get<bool>();
  }

  std::optional<std::string> text(const char* key) const {
    const json* value = find(key);
    if (!value) return {};
    require(value->is_string(), key, "a text");
    return value->get<std::string>();
  }

  std::string needed_text(const char* key) const {
    check_present(key);
    return *text(key);
  }

  std::optional<ConfigObject> object(const char* key) const {
    const json* value = find(key);
    if (!value) return {};
    require(value->is_object(), key, "an object");
    return ConfigObject(*value, file_ + ": \"" + key + "\"");
  }

  /// Refuses what a Llama may have by its config but this program does not compute.
  void require_supported(bool supported, const char* key, const char* what) const {
    validate(supported, "{}: \"{}\" asks for {} (this program does not compute that); choose another model", file_, key,
             what);
  }

  void require_consistent(bool consistent, const char* what) const {
    validate(consistent, "{}: {} (such a model cannot exist); correct the file or copy it again", file_, what);
  }

 private:
  void check_present(const char* key) const {
    validate(find(key) != nullptr,
             "{}: the key \"{}\" is missing (it is needed to know the model's shape); copy the file "
             "again from where the model came from",
             file_, key);
  }

  void require(bool right, const char* key, const char* expected) const {
    validate(right, "{}: \"{}\" is {} (expected {}); correct the file or copy it again", file_, key,
             object_.at(key).dump(-1, ' ', true), expected);
  }

  const json& object_;
  std::string file_;
};

void check_architecture(const ConfigObject& config, const std::string& file) {
  const std::string type = config.needed_text("model_type");
  validate(type == "llama",
           "{}: the architecture \"{}\" (key \"model_type\") is not supported; choose a model of type "
           "llama",
           file, type);
}

void check_features(const ConfigObject& config) {
  config.require_supported(config.text("hidden_act").value_or("silu") == "silu", "hidden_act",
                           "another activation than silu");
  config.require_supported(!config.flag("attention_bias"), "attention_bias", "biases in the attention");
  config.require_supported(!config.flag("mlp_bias"), "mlp_bias", "biases in the MLP");
  config.require_supported(!config.find("quantization_config"), "quantization_config", "quantised weights");
  config.require_supported(config.positive_number("partial_rotary_factor").value_or(1) == 1, "partial_rotary_factor",
                           "rotary embeddings on a part of each head");
}

/// The base of the rotary embedding: a key of the config, or, as newer versions write it, of its "rope_parameters".
double parse_rope_theta(const ConfigObject& config) {
  for (const char* key : {"rope_scaling", "rope_parameters"}) {
    const auto rope = config.object(key);
    if (!rope) continue;
    const auto older_name = rope->text("type");
    const std::string type = rope->text("rope_type").value_or(older_name.value_or("default"));
    config.require_supported(type == "default", key, "scaled rotary embeddings");
    if (const auto theta = rope->positive_number("rope_theta")) return *theta;
  }
  return config.positive_number("rope_theta").value_or(10000);
}

std::int64_t default_head_width(const ConfigObject& config, std::int64_t width, std::int64_t heads) {
  config.require_consistent(
      width % heads == 0, "\"hidden_size\" is not a multiple of \"num_attention_heads\", and there is no \"head_dim\"");
  return width / heads;
}

}  // namespace

model::ModelConfig parse_model_config(std::string_view text, const std::string& file) {
  const json parsed = parse_json(text, file);
  validate(parsed.is_object(), "{}: is not a JSON object (no model's config.json); copy it again", file);
  const ConfigObject config(parsed, file);
  check_architecture(config, file);
  check_features(config);

  model::ModelConfig shape;
  shape.architecture = model::Architecture::llama;
  shape.layers = config.needed_size("num_hidden_layers");
  shape.heads = config.needed_size("num_attention_heads");
  shape.kv_heads = config.size("num_key_value_heads").value_or(shape.heads);
  shape.width = config.needed_size("hidden_size");
  const auto head_width = config.size("head_dim");
  shape.head_width = head_width ? *head_width : default_head_width(config, shape.width, shape.heads);
  shape.mlp_width = config.needed_size("intermediate_size");
  shape.vocabulary = config.needed_size("vocab_size");
  shape.max_positions = config.size("max_position_embeddings").value_or(2048);
  shape.norm_epsilon = config.positive_number("rms_norm_eps").value_or(1e-6);
  shape.rope_theta = parse_rope_theta(config);
  shape.tied_embeddings = config.flag("tie_word_embeddings");
  config.require_consistent(shape.heads % shape.kv_heads == 0,
                            "\"num_attention_heads\" is not a multiple of \"num_key_value_heads\"");
  config.require_consistent(shape.head_width % 2 == 0,
                            "the width of a head is odd, but rotary embeddings turn pairs of its elements");
  return shape;
}

std::string format_model_config(const model::ModelConfig& c, at::ScalarType dtype) {
  const std::string_view torch_dtype = dtype == at::ScalarType::Float  ? "float32"
                                       : dtype == at::ScalarType::Half ? "float16"
                                                                       : "bfloat16";
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
                       {"torch_dtype", torch_dtype},
                       {"use_cache", true},
                       {"vocab_size", c.vocabulary}};
  return config.dump(2) + "\n";
}

}  // namespace pinpoint::io
