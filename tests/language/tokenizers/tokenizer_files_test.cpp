#include "language/tokenizers/tokenizer_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shared.h"
#include "support/tiny_byte_pair.h"
#include "support/tiny_sentencepiece.h"
#include "system/base/check.h"

namespace pinpoint::tokenizers {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;
using text::Generation;
using text::Role;

text::ChatOptions named(const std::string& chat_template) { return {chat_template, std::nullopt}; }

class TokenizerFiles : public testing::Test {
 protected:
  TokenizerFiles() { write("tokenizer.model", test::tiny_sentencepiece_model()); }
  void write(const std::string& file, const std::string& bytes) { test::write_text(folder_.path() / file, bytes); }
  text::DialogueEncoder load(const text::ChatOptions& options) {
    return load_dialogue_encoder(folder_.path(), options);
  }
  /// What the chat template writes around the only user message "Q".
  text::TokenIds encode_q(const text::ChatOptions& options) {
    return load(options).encode({{Role::user, "Q"}}, Generation::open);
  }
  void expect_refused(const text::ChatOptions& options, const std::string& message) {
    EXPECT_THAT([&] { load(options); }, ThrowsMessage<UserError>(HasSubstr(message)));
  }

  test::TemporaryFolder folder_;
  const text::TokenIds llama2_q_ = [] {
    auto ids = test::spelled(" [INST] Q [/INST]");
    ids.insert(ids.begin(), 1);
    return ids;
  }();
};

TEST_F(TokenizerFiles, GiveTheTokenizer) { EXPECT_EQ(load_tokenizer(folder_.path())->vocabulary_size(), 102); }

TEST_F(TokenizerFiles, GiveTheTemplateThatIsNamed) { EXPECT_EQ(encode_q(named("llama2")), llama2_q_); }

TEST_F(TokenizerFiles, GiveTheTemplateThatIsPublished) {
  write("config.json", R"({"model_type": "llama"})");
  write("tokenizer_config.json", R"({"chat_template": "[INST] <<SYS>>"})");
  EXPECT_EQ(encode_q({}), llama2_q_);
  write("tokenizer_config.json", R"({"chat_template": [{"name": "default", "template": "[INST] <<SYS>>"}]})");
  EXPECT_EQ(encode_q({}), llama2_q_);
}

TEST_F(TokenizerFiles, GiveTheTemplateThatIsPublishedInASeparateFile) {
  write("config.json", R"({"model_type": "llama"})");
  write("chat_template.json", R"({"chat_template": "[INST] <<SYS>>"})");
  EXPECT_EQ(encode_q({}), llama2_q_);
  write("tokenizer_config.json", R"({"chat_template": "{{ messages }}"})");
  expect_refused({}, "none that this program knows");
  write("chat_template.jinja", "[INST] <<SYS>>");
  EXPECT_EQ(encode_q({}), llama2_q_);
}

TEST_F(TokenizerFiles, GiveTheTemplateOfAFile) {
  write("my.yaml", "user: <s>{content}\nassistant: '{content}'\ngeneration: Yes\n");
  const auto file = (folder_.path() / "my.yaml").string();
  auto expected = test::spelled(" Q");
  expected.insert(expected.begin(), 1);
  expected.push_back(100);  // "Yes" without a blank before it
  EXPECT_EQ(encode_q(named(file)), expected);
}

TEST_F(TokenizerFiles, TakeTheSystemMessageOfTheOptions) {
  auto expected = test::spelled(" [INST] <<SYS>>\nS\n<</SYS>>\n\nQ [/INST]");
  expected.insert(expected.begin(), 1);
  EXPECT_EQ(encode_q({.chat_template = "llama2", .system_message = "S"}), expected);
}

TEST_F(TokenizerFiles, RefuseToGuess) {
  write("config.json", R"({"model_type": "llama"})");
  expect_refused({},
                 "auto finds no template (no chat_template is published with the model, as with base models, and "
                 "model_type llama");
  write("tokenizer_config.json", R"({"chat_template": "{{ messages }}"})");
  expect_refused({}, "none that this program knows");
  expect_refused(named("vicuna"), "vicuna is no known template");
  expect_refused(named("none.yaml"), "none.yaml: cannot be read (No such file or directory)");
}

TEST_F(TokenizerFiles, NameTheFileThatIsMissingOrBroken) {
  expect_refused({}, "config.json: cannot be read");
  write("config.json", "[]");
  expect_refused({}, "config.json: is not a JSON object");
  write("tokenizer.model", "<html>");
  expect_refused({}, "tokenizer.model: this is no SentencePiece model");
  std::filesystem::remove(folder_.path() / "tokenizer.model");
  expect_refused({}, "there is no tokenizer (looked for are tokenizer.model, qwen.tiktoken and tokenizer.json)");
}

TEST_F(TokenizerFiles, HaveAnOrder) {
  const auto size = [&] { return load_tokenizer(folder_.path())->vocabulary_size(); };
  write("qwen.tiktoken", test::tiny_tiktoken());
  write("tokenizer.json", test::tiny_byte_level_json({{"<|end|>"}}));
  EXPECT_EQ(size(), 102);
  std::filesystem::remove(folder_.path() / "tokenizer.model");
  EXPECT_EQ(size(), 467);
  std::filesystem::remove(folder_.path() / "qwen.tiktoken");
  EXPECT_EQ(size(), 260);
}

TEST_F(TokenizerFiles, IgnoreTheVocabularyThatMetaPublishes) {
  write("tokenizer.model", "IQ== 0\nIg== 1\n");
  expect_refused(named("llama3"), "tokenizer.model: this is only the vocabulary");
  write("tokenizer.json", test::tiny_byte_level_json({{"<|end|>"}}));
  EXPECT_EQ(load_tokenizer(folder_.path())->vocabulary_size(), 260);
}

TEST_F(TokenizerFiles, BesideTokenizerJsonNameBosAndEos) {
  std::filesystem::remove(folder_.path() / "tokenizer.model");
  write("tokenizer.json", test::tiny_byte_level_json({{"<b>"}, {"<e>"}}));
  using Ids = std::pair<std::optional<text::TokenId>, std::optional<text::TokenId>>;
  const auto bos_and_eos = [&] {
    const auto tokenizer = load_tokenizer(folder_.path());
    return Ids{tokenizer->bos(), tokenizer->eos()};
  };
  EXPECT_EQ(bos_and_eos(), Ids());
  write("special_tokens_map.json", R"({"bos_token": {"content": "<b>", "special": true}, "eos_token": "<e>"})");
  EXPECT_EQ(bos_and_eos(), Ids(259, 260));
  write("tokenizer_config.json", R"({"bos_token": null, "eos_token": "<b>"})");
  EXPECT_EQ(bos_and_eos(), Ids(std::nullopt, 259));
  write("tokenizer_config.json", R"({"eos_token": "<nowhere>"})");
  EXPECT_EQ(bos_and_eos(), Ids(259, std::nullopt));
}

TEST_F(TokenizerFiles, OfQwenDetermineItsTemplate) {
  std::filesystem::remove(folder_.path() / "tokenizer.model");
  write("qwen.tiktoken", test::tiny_tiktoken());
  write("config.json", R"({"model_type": "qwen"})");
  text::TokenIds expected{260};
  const auto add = [&](std::string_view text) {
    const auto ids = test::byte_ids(text);
    expected.insert(expected.end(), ids.begin(), ids.end());
  };
  add("system\nYou are a helpful assistant.");
  expected.push_back(261);
  add("\n");
  expected.push_back(260);
  add("user\nQ");
  expected.push_back(261);
  add("\n");
  expected.push_back(260);
  add("assistant\n");
  EXPECT_EQ(encode_q({}), expected);
}

TEST(TokenizerFilesOfLlama2, AreKnown) {
  PINPOINT_NEEDS_SHARED("data/tokenizers/llama2/tokenizer.model");
  const test::TemporaryFolder folder;
  for (const char* file : {"tokenizer.model", "tokenizer_config.json"})
    std::filesystem::copy(test::shared("data/tokenizers/llama2") / file, folder.path() / file);
  test::write_text(folder.path() / "config.json", R"({"model_type": "llama"})");
  EXPECT_THAT(load_dialogue_encoder(folder.path(), {}).encode({{Role::user, "Hi"}}, Generation::open),
              testing::ElementsAre(1, 518, 25580, 29962, 6324, 518, 29914, 25580, 29962));
}

}  // namespace
}  // namespace pinpoint::tokenizers
