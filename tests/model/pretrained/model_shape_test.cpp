#include "model/pretrained/model_shape.h"

#include <gmock/gmock.h>

#include "support/shared.h"
#include "support/user_error.h"

namespace pinpoint::pretrained {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(ModelShape, IsThePublishedOneOfThatNameWithoutAFolder) {
  for (const char* path : {"/no/such/Llama-2-70b-chat-hf", "/no/such/Llama-2-70b-chat-hf/"}) {
    const ModelShape shape = find_model_shape(path);
    EXPECT_EQ(shape.config.layers, 80);
    EXPECT_EQ(shape.source, "the published shape of Llama-2-70b-chat-hf");
  }
  EXPECT_EQ(find_model_shape("Qwen-72B-Chat").config.mlp_width, 24576);
}

TEST(ModelShape, IsThatOfTheFolderIfItHasOne) {
  const test::TemporaryFolder folder;
  const auto model = folder.path() / "Llama-2-70b-chat-hf";
  std::filesystem::create_directory(model);
  test::write_text(model / "config.json", R"({"model_type": "llama", "num_hidden_layers": 2, "num_attention_heads": 4,
    "hidden_size": 16, "intermediate_size": 24, "vocab_size": 32})");
  const ModelShape shape = find_model_shape(model);
  EXPECT_EQ(shape.config.layers, 2);
  EXPECT_EQ(shape.source, (model / "config.json").string());
  test::write_text(model / "config.json", "{");
  EXPECT_THAT(test::user_error([&] { find_model_shape(model); }), HasSubstr("config.json"));
}

TEST(ModelShape, IsRefusedIfUnknown) {
  EXPECT_THAT(test::user_error([] { find_model_shape("/no/such/GPT-7"); }),
              AllOf(HasSubstr("/no/such/GPT-7/config.json: does not exist"), HasSubstr("Qwen-14B-Chat")));
}

}  // namespace
}  // namespace pinpoint::pretrained
