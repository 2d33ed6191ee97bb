#include "model/pretrained/exported_config.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "model/pretrained/weight_type.h"

namespace pinpoint::pretrained {
namespace {

using nlohmann::ordered_json;

TEST(ExportedConfig, StatesTheTypeUnderTheKeysThatItHas) {
  EXPECT_EQ(
      ordered_json::parse(exported_config(R"({"a": 1, "torch_dtype": "bfloat16", "z": 1e-05})", at::kFloat, true)),
      ordered_json::parse(R"({"a": 1, "torch_dtype": "float32", "z": 1e-05})"));
  EXPECT_EQ(ordered_json::parse(exported_config(R"({"dtype": "float16"})", at::kBFloat16, true)),
            ordered_json::parse(R"({"dtype": "bfloat16"})"));
  EXPECT_EQ(
      ordered_json::parse(exported_config(R"({"dtype": "float16", "torch_dtype": "bfloat16"})", at::kFloat, true)),
      ordered_json::parse(R"({"dtype": "float32", "torch_dtype": "float32"})"));
  EXPECT_EQ(ordered_json::parse(exported_config(R"({"torch_dtype": null})", at::kHalf, true)),
            ordered_json::parse(R"({"torch_dtype": "float16"})"));
  EXPECT_EQ(ordered_json::parse(exported_config("{}", at::kHalf, true)),
            ordered_json::parse(R"({"torch_dtype": "float16"})"));
}

TEST(ExportedConfig, StatesTheTypeInTheTextConfigToo) {
  EXPECT_EQ(ordered_json::parse(exported_config(
                R"({"dtype": "bfloat16", "text_config": {"dtype": "bfloat16", "n": 2}, "other": {"dtype": "int8"}})",
                at::kFloat, true)),
            ordered_json::parse(
                R"({"dtype": "float32", "text_config": {"dtype": "float32", "n": 2}, "other": {"dtype": "int8"}})"));
}

TEST(ExportedConfig, KeepsTheBytesIfNothingChanges) {
  const std::string config = "{\n\t\"torch_dtype\":\"float32\" , \"tie_word_embeddings\": true}";
  EXPECT_EQ(exported_config(config, at::kFloat, true), config);
  EXPECT_EQ(exported_config(config, std::nullopt, true), config);
}

TEST(ExportedConfig, StatesThatEmbeddingsAreNotTied) {
  EXPECT_EQ(ordered_json::parse(exported_config(R"({"tie_word_embeddings": true})", std::nullopt, false)),
            ordered_json::parse(R"({"tie_word_embeddings": false})"));
  EXPECT_EQ(exported_config("{ }", std::nullopt, false), "{ }");
}

TEST(ExportedConfig, KnowsTheStatedType) {
  EXPECT_EQ(stated_dtype(R"({"torch_dtype": "bfloat16"})"), at::kBFloat16);
  EXPECT_EQ(stated_dtype(R"({"torch_dtype": "bfloat16", "dtype": "half"})"), at::kHalf) << "as in transformers 5";
  EXPECT_EQ(stated_dtype(R"({"torch_dtype": "bfloat16", "dtype": null})"), at::kBFloat16);
  EXPECT_EQ(stated_dtype(R"({"torch_dtype": "auto"})"), std::nullopt);
  EXPECT_EQ(stated_dtype("{}"), std::nullopt);
}

TEST(ExportedConfig, TheCommonTypeHoldsBoth) {
  EXPECT_EQ(common_type(at::kBFloat16, at::kBFloat16), at::kBFloat16);
  EXPECT_EQ(common_type(at::kHalf, at::kBFloat16), at::kFloat) << "neither holds the other's values";
  EXPECT_EQ(common_type(at::kBFloat16, at::kFloat), at::kFloat);
  EXPECT_EQ(common_type(at::kHalf, at::kDouble), at::kDouble);
}

}  // namespace
}  // namespace pinpoint::pretrained
