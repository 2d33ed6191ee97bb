#include "io/model_config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/user_error.h"

namespace pinpoint::io {
namespace {

using nlohmann::json;
using test::user_error;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// The published config.json of Llama-2-70B, by its keys that matter.
json llama_70b() {
  return {{"architectures", {"LlamaForCausalLM"}},
          {"hidden_act", "silu"},
          {"hidden_size", 8192},
          {"intermediate_size", 28672},
          {"max_position_embeddings", 4096},
          {"model_type", "llama"},
          {"num_attention_heads", 64},
          {"num_hidden_layers", 80},
          {"num_key_value_heads", 8},
          {"pretraining_tp", 1},
          {"rms_norm_eps", 1e-05},
          {"rope_scaling", nullptr},
          {"tie_word_embeddings", false},
          {"torch_dtype", "float16"},
          {"vocab_size", 32000}};
}

model::ModelConfig parse(const json& config) { return parse_model_config(config.dump(), "m/config.json"); }

/// What is said when `key` of a good config is set to `value`.
std::string error_with(const char* key, const json& value) {
  json config = llama_70b();
  config[key] = value;
  return user_error([&] { parse(config); });
}

TEST(ModelConfigFile, ReadsTheShape) {
  const model::ModelConfig expected{.architecture = model::Architecture::llama,
                                    .layers = 80,
                                    .heads = 64,
                                    .kv_heads = 8,
                                    .width = 8192,
                                    .head_width = 128,
                                    .mlp_width = 28672,
                                    .vocabulary = 32000,
                                    .max_positions = 4096,
                                    .norm_epsilon = 1e-5,
                                    .rope_theta = 10000,
                                    .tied_embeddings = false};
  EXPECT_EQ(parse(llama_70b()), expected);
}

TEST(ModelConfigFile, ReadsWhatItWrote) {
  json config = llama_70b();
  config["tie_word_embeddings"] = true;
  config["rope_theta"] = 500000;
  const model::ModelConfig shape = parse(config);
  const std::string written = format_model_config(shape, at::kBFloat16);
  EXPECT_EQ(parse_model_config(written, "m/config.json"), shape);
  EXPECT_EQ(json::parse(written)["torch_dtype"], "bfloat16");
}

TEST(ModelConfigFile, TakesTheDefaultsOfTransformers) {
  const model::ModelConfig c = parse({{"model_type", "llama"},
                                      {"hidden_size", 64},
                                      {"intermediate_size", 100},
                                      {"num_hidden_layers", 2},
                                      {"num_attention_heads", 4},
                                      {"vocab_size", 32},
                                      {"head_dim", nullptr}});
  EXPECT_EQ(c.kv_heads, 4);
  EXPECT_EQ(c.head_width, 16);
  EXPECT_EQ(c.norm_epsilon, 1e-6);
  EXPECT_EQ(c.rope_theta, 10000);
  EXPECT_EQ(c.max_positions, 2048);
  EXPECT_FALSE(c.tied_embeddings);
}

TEST(ModelConfigFile, ReadsValuesThatDifferFromTheDefaults) {
  json config = llama_70b();
  config.update({{"head_dim", 64}, {"tie_word_embeddings", true}, {"rope_theta", 500000}, {"rms_norm_eps", 1e-3}});
  const model::ModelConfig c = parse(config);
  EXPECT_EQ(c.head_width, 64);
  EXPECT_TRUE(c.tied_embeddings);
  EXPECT_EQ(c.rope_theta, 500000);
  EXPECT_EQ(c.norm_epsilon, 1e-3);
}

TEST(ModelConfigFile, ReadsRopeParametersAsNewerVersionsWriteThem) {
  json config = llama_70b();
  config["rope_parameters"] = {{"rope_type", "default"}, {"rope_theta", 1e6}};
  EXPECT_EQ(parse(config).rope_theta, 1e6);
  EXPECT_THAT(error_with("rope_parameters", {{"rope_type", "llama3"}, {"rope_theta", 5e5}}),
              HasSubstr("\"rope_parameters\" asks for scaled rotary embeddings"));
}

TEST(ModelConfigFile, NamesTheKeyThatIsMissing) {
  for (const char* key :
       {"model_type", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size"}) {
    json config = llama_70b();
    config.erase(key);
    EXPECT_THAT(user_error([&] { parse(config); }),
                HasSubstr(fmt::format("m/config.json: the key \"{}\" is missing", key)));
    EXPECT_THAT(error_with(key, nullptr), HasSubstr(fmt::format("the key \"{}\" is missing", key)));
  }
}

TEST(ModelConfigFile, NamesTheArchitectureThatIsNotSupported) {
  EXPECT_THAT(error_with("model_type", "gpt_bigcode"),
              AllOf(HasSubstr("m/config.json: the architecture \"gpt_bigcode\""), HasSubstr("is not supported"),
                    HasSubstr("of type llama")));
}

TEST(ModelConfigFile, RefusesFeaturesThatItDoesNotCompute) {
  EXPECT_THAT(error_with("hidden_act", "gelu"), HasSubstr("\"hidden_act\" asks for another activation than silu"));
  EXPECT_THAT(error_with("attention_bias", true), HasSubstr("\"attention_bias\" asks for biases in the attention"));
  EXPECT_THAT(error_with("mlp_bias", true), HasSubstr("\"mlp_bias\" asks for biases in the MLP"));
  EXPECT_THAT(error_with("rope_scaling", {{"type", "linear"}, {"factor", 2.0}}),
              HasSubstr("\"rope_scaling\" asks for scaled rotary embeddings (this program does not"));
  EXPECT_THAT(error_with("quantization_config", {{"bits", 4}}),
              HasSubstr("\"quantization_config\" asks for quantised"));
  EXPECT_THAT(error_with("partial_rotary_factor", 0.5), HasSubstr("\"partial_rotary_factor\" asks for"));
}

TEST(ModelConfigFile, RefusesValuesOfTheWrongKind) {
  EXPECT_THAT(error_with("hidden_size", "8192"),
              HasSubstr("m/config.json: \"hidden_size\" is \"8192\" (expected a whole number of at least 1)"));
  EXPECT_THAT(error_with("num_hidden_layers", 0), HasSubstr("\"num_hidden_layers\" is 0 (expected a whole number"));
  EXPECT_THAT(error_with("num_attention_heads", -4), HasSubstr("\"num_attention_heads\" is -4"));
  EXPECT_THAT(error_with("vocab_size", 3.5), HasSubstr("\"vocab_size\" is 3.5"));
  EXPECT_THAT(error_with("vocab_size", 2147483648u), HasSubstr("\"vocab_size\" is 2147483648"));
  EXPECT_THAT(error_with("rms_norm_eps", "1e-5"),
              HasSubstr("\"rms_norm_eps\" is \"1e-5\" (expected a positive number)"));
  EXPECT_THAT(error_with("rope_theta", 0), HasSubstr("\"rope_theta\" is 0 (expected a positive number)"));
  EXPECT_THAT(error_with("tie_word_embeddings", 1), HasSubstr("\"tie_word_embeddings\" is 1 (expected true or false)"));
  EXPECT_THAT(error_with("model_type", 7), HasSubstr("\"model_type\" is 7 (expected a text)"));
  EXPECT_THAT(error_with("rope_scaling", "linear"), HasSubstr("\"rope_scaling\" is \"linear\" (expected an object)"));
}

TEST(ModelConfigFile, RefusesShapesThatContradictThemselves) {
  EXPECT_THAT(error_with("num_key_value_heads", 7),
              HasSubstr("\"num_attention_heads\" is not a multiple of \"num_key_value_heads\""));
  EXPECT_THAT(error_with("hidden_size", 8200),
              HasSubstr("\"hidden_size\" is not a multiple of \"num_attention_heads\""));
  EXPECT_THAT(error_with("head_dim", 127), HasSubstr("the width of a head is odd"));
}

TEST(ModelConfigFile, RefusesWhatIsNoJsonObject) {
  EXPECT_THAT(user_error([] { parse_model_config("{\"hidden_size\": ", "m/config.json"); }),
              HasSubstr("m/config.json: is not valid JSON"));
  EXPECT_THAT(user_error([] { parse_model_config("[]", "m/config.json"); }), HasSubstr("is not a JSON object"));
}

}  // namespace
}  // namespace pinpoint::io
