#include "model/pretrained/model_config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/user_error.h"

namespace pinpoint::pretrained {
namespace {

using nlohmann::json;
using test::user_error;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// The relevant keys of Llama-2-70B's published config.json.
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

transformer::ModelConfig parse(const json& config) { return parse_model_config(config.dump(), "m/config.json"); }

/// Those of Qwen-72B, Mistral-7B-v0.1 and Qwen3-8B.
json qwen_72b() {
  return {{"model_type", "qwen"},     {"hidden_size", 8192},        {"intermediate_size", 49152},
          {"kv_channels", 128},       {"layer_norm_epsilon", 1e-6}, {"max_position_embeddings", 32768},
          {"no_bias", true},          {"num_attention_heads", 64},  {"num_hidden_layers", 80},
          {"onnx_safe", nullptr},     {"rotary_emb_base", 1000000}, {"rotary_pct", 1.0},
          {"seq_length", 32768},      {"scale_attn_weights", true}, {"tie_word_embeddings", false},
          {"use_dynamic_ntk", false}, {"use_logn_attn", false},     {"vocab_size", 152064}};
}

json mistral_7b() {
  return {{"model_type", "mistral"},    {"hidden_act", "silu"},      {"hidden_size", 4096},
          {"intermediate_size", 14336}, {"num_attention_heads", 32}, {"num_hidden_layers", 32},
          {"num_key_value_heads", 8},   {"rms_norm_eps", 1e-5},      {"rope_theta", 10000.0},
          {"sliding_window", 4096},     {"vocab_size", 32000},       {"max_position_embeddings", 32768}};
}

json qwen3_8b() {
  return {{"model_type", "qwen3"},        {"attention_bias", false},   {"head_dim", 128},
          {"hidden_act", "silu"},         {"hidden_size", 4096},       {"intermediate_size", 12288},
          {"max_window_layers", 36},      {"num_attention_heads", 32}, {"num_hidden_layers", 36},
          {"num_key_value_heads", 8},     {"rms_norm_eps", 1e-6},      {"rope_theta", 1000000},
          {"rope_scaling", nullptr},      {"sliding_window", nullptr}, {"use_sliding_window", false},
          {"tie_word_embeddings", false}, {"vocab_size", 151936},      {"max_position_embeddings", 40960}};
}

/// The message if `key` of a good config is set to `value`.
std::string error_with(const char* key, const json& value, json config = llama_70b()) {
  config[key] = value;
  return user_error([&] { parse(config); });
}

json llama3_scaling() {
  return {{"rope_type", "llama3"},
          {"factor", 8.0},
          {"low_freq_factor", 1.0},
          {"high_freq_factor", 4.0},
          {"original_max_position_embeddings", 8192}};
}

TEST(ModelConfigFile, ReadsTheShape) {
  const transformer::ModelConfig expected{.architecture = transformer::Architecture::llama,
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
  const transformer::ModelConfig shape = parse(config);
  const std::string written = format_model_config(shape, at::kBFloat16);
  EXPECT_EQ(parse_model_config(written, "m/config.json"), shape);
  EXPECT_EQ(json::parse(written)["torch_dtype"], "bfloat16");
}

TEST(ModelConfigFile, TakesTheDefaultsOfTransformers) {
  const transformer::ModelConfig c = parse({{"model_type", "llama"},
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
  const transformer::ModelConfig c = parse(config);
  EXPECT_EQ(c.head_width, 64);
  EXPECT_TRUE(c.tied_embeddings);
  EXPECT_EQ(c.rope_theta, 500000);
  EXPECT_EQ(c.norm_epsilon, 1e-3);
}

TEST(ModelConfigFile, ReadsRopeParametersOfNewerVersions) {
  json config = llama_70b();
  config["rope_parameters"] = {{"rope_type", "default"}, {"rope_theta", 1e6}};
  EXPECT_EQ(parse(config).rope_theta, 1e6);
  config["rope_parameters"] = llama3_scaling();
  config["rope_parameters"]["rope_theta"] = 5e5;
  EXPECT_EQ(parse(config).rope_theta, 5e5);
  EXPECT_EQ(parse(config).rope_scaling, (transformer::Llama3Scaling{8, 1, 4, 8192}));
}

TEST(ModelConfigFile, ReadsTheStretchedFrequenciesOfLlama3) {
  json config = llama_70b();
  config["rope_scaling"] = llama3_scaling();
  EXPECT_EQ(parse(config).rope_scaling, (transformer::Llama3Scaling{8, 1, 4, 8192}));
  config["rope_scaling"].erase("factor");
  EXPECT_THAT(user_error([&] { parse(config); }),
              HasSubstr("m/config.json: \"rope_scaling\": the key \"factor\" is missing"));
  config["rope_scaling"] = llama3_scaling();
  config["rope_scaling"]["high_freq_factor"] = 1.0;
  EXPECT_THAT(user_error([&] { parse(config); }), HasSubstr("\"low_freq_factor\" is not below \"high_freq_factor\""));
}

TEST(ModelConfigFile, ReadsQwen1) {
  json config = qwen_72b();
  transformer::ModelConfig expected{.architecture = transformer::Architecture::qwen,
                                    .layers = 80,
                                    .heads = 64,
                                    .kv_heads = 64,
                                    .width = 8192,
                                    .head_width = 128,
                                    .mlp_width = 24576,
                                    .vocabulary = 152064,
                                    .max_positions = 32768,
                                    .norm_epsilon = 1e-6,
                                    .rope_theta = 1e6};
  EXPECT_EQ(parse(config), expected);
  config.update({{"seq_length", 8192}, {"use_dynamic_ntk", true}});
  expected.long_prompts = transformer::LongPrompts{8192, true, false};
  EXPECT_EQ(parse(config), expected);
  config.erase("use_logn_attn");  // on by default
  expected.long_prompts->logn_attention = true;
  EXPECT_EQ(parse(config), expected);
}

TEST(ModelConfigFile, RefusesUnsupportedVariantsOfQwen1) {
  const auto error = [](const char* key, const json& value) { return error_with(key, value, qwen_72b()); };
  EXPECT_THAT(error("no_bias", false), HasSubstr("\"no_bias\" asks for biases after attention and MLP"));
  EXPECT_THAT(error("rotary_pct", 0.25), HasSubstr("\"rotary_pct\" asks for rotary embeddings on a part"));
  EXPECT_THAT(error("scale_attn_weights", false), HasSubstr("\"scale_attn_weights\" asks for"));
  EXPECT_THAT(error("intermediate_size", 22015), HasSubstr("\"intermediate_size\" is odd"));
  EXPECT_THAT(error("kv_channels", 64), HasSubstr("\"num_attention_heads\" times \"kv_channels\" is not"));
  EXPECT_THAT(error("seq_length", nullptr), HasSubstr("the key \"seq_length\" is missing"));
  EXPECT_THAT(error("seq_length", 1), HasSubstr("\"seq_length\" is 1"));
}

TEST(ModelConfigFile, ReadsMistralsWindow) {
  json config = mistral_7b();
  EXPECT_EQ(parse(config).architecture, transformer::Architecture::mistral);
  EXPECT_EQ(parse(config).sliding_window, transformer::SlidingWindow{4096});
  EXPECT_EQ(parse(config).window(0), 4096);
  config["sliding_window"] = nullptr;  // as from version 0.2 on
  EXPECT_EQ(parse(config).sliding_window, std::nullopt);
  config.erase("sliding_window");  // transformers' default
  EXPECT_EQ(parse(config).sliding_window, transformer::SlidingWindow{4096});
}

TEST(ModelConfigFile, ReadsTheLayersInWhichQwen3HasAWindow) {
  json config = qwen3_8b();
  EXPECT_EQ(parse(config).architecture, transformer::Architecture::qwen3);
  EXPECT_EQ(parse(config).head_width, 128);
  EXPECT_EQ(parse(config).sliding_window, std::nullopt);
  config["layer_types"] = std::vector<std::string>(36, "full_attention");
  EXPECT_EQ(parse(config).sliding_window, std::nullopt);
  config.update({{"use_sliding_window", true}, {"sliding_window", 512}, {"max_window_layers", 35}});
  EXPECT_THAT(user_error([&] { parse(config); }), HasSubstr("\"layer_types\" asks for other kinds of attention"));
  config["layer_types"][35] = "sliding_attention";
  EXPECT_EQ(parse(config).sliding_window, (transformer::SlidingWindow{512, 35}));
  EXPECT_EQ(parse(config).window(35), 512);
  EXPECT_GT(parse(config).window(34), 1 << 30);
}

TEST(ModelConfigFile, RequiresKeysWithoutACommonDefaultForOtherFamilies) {
  EXPECT_THAT(error_with("num_key_value_heads", nullptr, mistral_7b()),
              HasSubstr("the key \"num_key_value_heads\" is missing"));
  EXPECT_THAT(error_with("head_dim", nullptr, qwen3_8b()), HasSubstr("the key \"head_dim\" is missing"));
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

TEST(ModelConfigFile, NamesAnUnsupportedArchitecture) {
  EXPECT_THAT(error_with("model_type", "gpt_bigcode"),
              AllOf(HasSubstr("m/config.json: the architecture \"gpt_bigcode\""), HasSubstr("is not supported"),
                    HasSubstr("of type llama, mistral, qwen, qwen2, qwen3")));
}

TEST(ModelConfigFile, RefusesUnsupportedFeatures) {
  EXPECT_THAT(error_with("hidden_act", "gelu"), HasSubstr("\"hidden_act\" asks for another activation than silu"));
  EXPECT_THAT(error_with("attention_bias", true), HasSubstr("\"attention_bias\" asks for biases in the attention"));
  for (const char* key : {"num_local_experts", "num_experts", "n_routed_experts"})
    EXPECT_THAT(error_with(key, 8), HasSubstr(fmt::format("\"{}\" asks for a mixture of experts", key)));
  EXPECT_THAT(error_with("mlp_bias", true), HasSubstr("\"mlp_bias\" asks for biases in the MLP"));
  EXPECT_THAT(error_with("rope_scaling", {{"type", "linear"}, {"factor", 2.0}}),
              HasSubstr("\"rope_scaling\" asks for rotary embeddings of type \"linear\" (this program does not"));
  EXPECT_THAT(error_with("rope_scaling", {{"rope_type", "yarn"}, {"factor", 4.0}}),
              HasSubstr("rotary embeddings of type \"yarn\""));
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

TEST(ModelConfigFile, RefusesAnythingButAJsonObject) {
  EXPECT_THAT(user_error([] { parse_model_config("{\"hidden_size\": ", "m/config.json"); }),
              HasSubstr("m/config.json: is not valid JSON"));
  EXPECT_THAT(user_error([] { parse_model_config("[]", "m/config.json"); }), HasSubstr("is not a JSON object"));
}

}  // namespace
}  // namespace pinpoint::pretrained
