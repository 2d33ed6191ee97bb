#include "language/tokenizers/dialogue_encoder_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shared.h"
#include "support/tiny_byte_pair.h"
#include "support/tiny_sentencepiece.h"
#include "support/user_error.h"

namespace pinpoint::tokenizers {
namespace {

using testing::HasSubstr;
using text::Generation;
using text::Role;

text::ChatOptions named(const std::string& chat_template) { return {chat_template, std::nullopt}; }

class DialogueEncoderFiles : public testing::Test {
 protected:
  DialogueEncoderFiles() { write("tokenizer.model", test::tiny_sentencepiece_model()); }
  void write(const std::string& file, const std::string& bytes) { test::write_text(folder_.path() / file, bytes); }
  /// What the chat template writes around the only user message "Q".
  text::TokenIds encode_q(const text::ChatOptions& options) {
    return load_dialogue_encoder(folder_.path(), options).encode({{Role::user, "Q"}}, Generation::open);
  }
  void expect_refused(const text::ChatOptions& options, const std::string& message) {
    EXPECT_THAT(test::user_error([&] { load_dialogue_encoder(folder_.path(), options); }), HasSubstr(message));
  }

  test::TemporaryFolder folder_;
};

/// The BOS, then a text without merges.
text::TokenIds bos_and_spelled(std::string_view text) {
  auto ids = test::spelled(text);
  ids.insert(ids.begin(), 1);
  return ids;
}

TEST_F(DialogueEncoderFiles, GiveTheFamilyThatIsNamed) {
  EXPECT_EQ(encode_q(named("llama2")), bos_and_spelled(" [INST] Q [/INST]"));
  EXPECT_EQ(encode_q({.chat_template = "llama2", .system_message = "S"}),
            bos_and_spelled(" [INST] <<SYS>>\nS\n<</SYS>>\n\nQ [/INST]"));
  expect_refused(named("vicuna"), "vicuna is no known template");
}

TEST_F(DialogueEncoderFiles, GiveTheTemplateThatIsPublished) {
  write("tokenizer_config.json", R"({"chat_template": "{{ bos_token }}{{ messages[0].content }}."})");
  EXPECT_EQ(encode_q({}), bos_and_spelled(" Q."));
  write("chat_template.jinja", "{{ bos_token }}<{{ messages[0].content }}>\n");
  EXPECT_EQ(encode_q({}), bos_and_spelled(" <Q>"));
  EXPECT_EQ(encode_q({.chat_template = "auto", .system_message = "S"}), bos_and_spelled(" <S>"));
}

TEST_F(DialogueEncoderFiles, GiveTheTemplateOfAFile) {
  write("my.yaml", "user: <s>{content}\nassistant: '{content}'\ngeneration: Yes\n");
  auto expected = bos_and_spelled(" Q");
  expected.push_back(100);  // "Yes" without a blank before it
  EXPECT_EQ(encode_q(named((folder_.path() / "my.yaml").string())), expected);
  write("my.jinja", "{{ bos_token }}[{{ messages[0].content }}]");
  EXPECT_EQ(encode_q(named((folder_.path() / "my.jinja").string())), bos_and_spelled(" [Q]"));
  expect_refused(named("none.yaml"), "none.yaml: cannot be read (No such file or directory)");
  expect_refused(named("none.jinja"), "none.jinja: cannot be read (No such file or directory)");
}

/// The names of tokens come from the files, then from the tokenizer. A null in all of them is the statement that there
/// is none.
TEST_F(DialogueEncoderFiles, NameTheTokensThatATemplateSees) {
  write("chat_template.jinja", "{{ bos_token }}{{ eos_token }}{{ image_token }}{{ unk_token is defined }}");
  const auto text = [&] {
    const auto encoder = load_dialogue_encoder(folder_.path(), {});
    return encoder.chat_template().render({{Role::user, "Q"}}, Generation::open).text();
  };
  EXPECT_EQ(text(), "<s></s>False");
  write("special_tokens_map.json", R"({"bos_token": {"content": "<map>"}, "eos_token": "<e>", "unk_token": "<u>"})");
  EXPECT_EQ(text(), "<map><e>True");
  write("tokenizer_config.json", R"({"bos_token": null, "extra_special_tokens": {"image_token": "<image>"}})");
  EXPECT_EQ(text(), "<map><e><image>True");
  write("tokenizer_config.json", R"({"bos_token": null, "eot_token": "<eot>", "add_bos_token": true})");
  write("chat_template.jinja", "{{ eot_token }}{{ add_bos_token is defined }}");
  EXPECT_EQ(text(), "<eot>False");
  write("chat_template.jinja", "{{ bos_token }}{{ eos_token }}");
  write("tokenizer_config.json", R"({"bos_token": null, "added_tokens_decoder": {}})");
  EXPECT_EQ(text(), "") << "the map is not read beside added_tokens_decoder";
  std::filesystem::remove(folder_.path() / "special_tokens_map.json");
  EXPECT_EQ(text(), "</s>");
}

TEST_F(DialogueEncoderFiles, RefuseToGuess) {
  expect_refused({}, "config.json: cannot be read");
  write("config.json", "[]");
  expect_refused({}, "config.json: is not a JSON object");
  write("config.json", R"({"model_type": "llama"})");
  expect_refused({},
                 "auto finds no template (no chat_template is published with the model, as with base models, and "
                 "model_type llama");
  write("tokenizer_config.json", R"({"chat_template": "{% if %}"})");
  expect_refused({}, "tokenizer_config.json:1: the chat template cannot be read");
}

TEST_F(DialogueEncoderFiles, OfQwenDetermineItsTemplate) {
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

TEST(DialogueEncoderFilesOfLlama2, AreKnown) {
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
