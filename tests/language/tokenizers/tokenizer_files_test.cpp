#include "language/tokenizers/tokenizer_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/shared.h"
#include "support/tiny_byte_pair.h"
#include "support/tiny_sentencepiece.h"
#include "system/base/check.h"

namespace pinpoint::tokenizers {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

class TokenizerFiles : public testing::Test {
 protected:
  TokenizerFiles() { write("tokenizer.model", test::tiny_sentencepiece_model()); }
  void write(const std::string& file, const std::string& bytes) { test::write_text(folder_.path() / file, bytes); }
  void expect_refused(const std::string& message) {
    EXPECT_THAT([&] { load_tokenizer(folder_.path()); }, ThrowsMessage<UserError>(HasSubstr(message)));
  }

  test::TemporaryFolder folder_;
};

TEST_F(TokenizerFiles, GiveTheTokenizer) { EXPECT_EQ(load_tokenizer(folder_.path())->vocabulary_size(), 102); }

TEST_F(TokenizerFiles, NameTheFileThatIsMissingOrBroken) {
  write("tokenizer.model", "<html>");
  expect_refused("tokenizer.model: this is no SentencePiece model");
  std::filesystem::remove(folder_.path() / "tokenizer.model");
  expect_refused("there is no tokenizer (looked for are tokenizer.model, qwen.tiktoken and tokenizer.json)");
}

TEST_F(TokenizerFiles, HaveAnOrder) {
  const auto size = [&] { return load_tokenizer(folder_.path())->vocabulary_size(); };
  write("qwen.tiktoken", test::tiny_tiktoken());
  EXPECT_EQ(size(), 102);
  std::filesystem::remove(folder_.path() / "tokenizer.model");
  write("tokenizer.json", test::tiny_byte_level_json({{"<|end|>"}}));
  EXPECT_EQ(size(), 467);
  std::filesystem::remove(folder_.path() / "qwen.tiktoken");
  EXPECT_EQ(size(), 260);
}

/// The file that transformers 5.24 reads: its class LlamaTokenizer takes only a vocabulary, others take tokenizer.json.
TEST_F(TokenizerFiles, OfBothKindsAreChosenAsTransformersDoes) {
  const auto is_json = [&] { return load_tokenizer(folder_.path())->vocabulary_size() == 260; };
  json file = json::parse(test::tiny_byte_level_json({{"<|end|>"}}));
  write("tokenizer.json", file.dump());
  EXPECT_TRUE(is_json());
  write("tokenizer_config.json", R"({"tokenizer_class": "PreTrainedTokenizerFast"})");
  EXPECT_TRUE(is_json());
  file["added_tokens"] = json::array();  // for tokenizer.model, its ids would be wrong
  write("tokenizer.json", file.dump());
  write("tokenizer_config.json", R"({"tokenizer_class": "LlamaTokenizerFast"})");
  EXPECT_EQ(load_tokenizer(folder_.path())->vocabulary_size(), 102);
  write("config.json", R"({"model_type": "mistral"})");
  EXPECT_EQ(load_tokenizer(folder_.path())->vocabulary_size(), 259);
}

/// A ChatML fine-tune of a SentencePiece model, with ids of transformers 5.24 for this folder.
class AddedTokenFiles : public TokenizerFiles {
 protected:
  AddedTokenFiles() { write("config.json", R"({"model_type": "llama"})"); }
  void write_config(json more) {
    json config = {{"tokenizer_class", "LlamaTokenizer"}, {"eos_token", "<|im_end|>"}};
    config.update(more);
    write("tokenizer_config.json", config.dump());
  }
  text::TokenIds ids(std::string_view text) { return load_tokenizer(folder_.path())->encode_with_added_tokens(text); }
  void expect_refused(const std::string& message) {
    EXPECT_THAT([&] { load_tokenizer(folder_.path()); }, ThrowsMessage<UserError>(HasSubstr(message)));
  }
  const json decoder_ = {{"102", {{"content", "<|im_end|>"}, {"special", true}}},
                         {"103", {{"content", "<|im_start|>"}, {"special", true}, {"rstrip", true}}},
                         {"104", {{"content", "<n>"}, {"normalized", false}}}};
  const std::string text_ = "<|im_start|>\nYes<|im_end|> Yes<n>";
};

TEST_F(AddedTokenFiles, DeclareTokensWithFlagsInTheConfiguration) {
  write_config({{"added_tokens_decoder", decoder_}});
  EXPECT_THAT(ids(text_), ElementsAre(103, 100, 102, 101, 104));
  const auto tokenizer = load_tokenizer(folder_.path());
  EXPECT_THAT(tokenizer->special_forms(), ElementsAre("<unk>", "<s>", "</s>", "<|im_end|>", "<|im_start|>"));
  EXPECT_EQ(tokenizer->eos(), 102);
  EXPECT_EQ(tokenizer->bos(), 1);
}

TEST_F(AddedTokenFiles, DeclareTokensInAddedTokensJson) {
  write_config({{"additional_special_tokens", {"<|im_start|>"}}});
  write("added_tokens.json", R"({"<|im_start|>": 103, "<n>": 104, "<|im_end|>": 102})");
  EXPECT_THAT(ids(text_), ElementsAre(103, 3, 100, 102, 101, 104));
  EXPECT_THAT(load_tokenizer(folder_.path())->special_forms(),
              ElementsAre("<unk>", "<s>", "</s>", "<|im_end|>", "<|im_start|>"));
}

TEST_F(AddedTokenFiles, DeclareTokensInTheSpecialTokensMap) {
  write_config(json::object());
  write(
      "special_tokens_map.json",
      R"({"pad_token": {"content": "<pad>", "lstrip": true}, "additional_special_tokens": ["<x>", {"content": "<y>"}]})");
  EXPECT_THAT(ids("<|im_end|> <pad><x><y>"), ElementsAre(102, 103, 104, 105));  // in this order behind the pieces
}

TEST_F(AddedTokenFiles, DeclareTokensInTokenizerJsonBesideTheModel) {
  write_config(json::object());
  write("tokenizer.json", R"({"added_tokens": [{"id": 102, "content": "<|im_end|>", "rstrip": true}]})");
  EXPECT_THAT(ids("<|im_end|> Yes"), ElementsAre(102, 100));
}

TEST_F(AddedTokenFiles, NameTokensWithoutAnId) {
  write_config({{"added_tokens_decoder", decoder_},
                {"pad_token", "<pad>"},
                {"image_token", "<image>"},
                {"add_bos_token", true},
                {"additional_special_tokens", {"<n>", "<x>"}}});
  EXPECT_THAT(ids("<x><image><pad><n>"), ElementsAre(107, 106, 105, 104));
}

TEST_F(AddedTokenFiles, SayWhereBlanksBelong) {
  const std::string text = "Yes<n>Yes<n> Yes";
  const auto with = [&](json more) {
    more["added_tokens_decoder"] = decoder_;
    write_config(more);
    return ids(text);
  };
  EXPECT_THAT(with({}), ElementsAre(101, 104, 100, 104, 101));
  EXPECT_THAT(with({{"legacy", false}}), ElementsAre(101, 104, 100, 104, 101));
  EXPECT_THAT(with({{"legacy", true}}), ElementsAre(101, 104, 101, 104, 101));
  EXPECT_THAT(with({{"add_prefix_space", false}}), ElementsAre(100, 104, 100, 104, 101));
  write("config.json", R"({"model_type": "mistral"})");
  EXPECT_THAT(with({}), ElementsAre(101, 104, 101, 104, 4, 101));
  EXPECT_THAT(with({{"legacy", true}}), ElementsAre(101, 104, 101, 104, 4, 101));
  EXPECT_THAT(with({{"legacy", false}}), ElementsAre(101, 104, 100, 104, 101));
}

TEST_F(AddedTokenFiles, GiveTokensOfTokenizerJsonNewFlagsAndNewTokens) {
  std::filesystem::remove(folder_.path() / "tokenizer.model");
  write("tokenizer.json", test::tiny_byte_level_json({{"<|im_end|>"}}));
  EXPECT_THAT(ids("<|im_end|> Yes"), ElementsAre(259, 258));
  write("tokenizer_config.json",
        R"({"added_tokens_decoder": {"259": {"content": "<|im_end|>", "special": true, "rstrip": true},
                                     "260": {"content": "<n>", "special": false}}, "pad_token": "<pad>"})");
  EXPECT_THAT(ids("<|im_end|> Yes<n><pad>"), ElementsAre(259, 257, 260, 261));
  // added_tokens.json has no flags: those of tokenizer.json count.
  write("tokenizer_config.json", "{}");
  write("added_tokens.json", R"({"<|im_end|>": 259, "<n>": 260})");
  EXPECT_THAT(ids("<|im_end|> Yes<n>"), ElementsAre(259, 258, 260));
  EXPECT_THAT(load_tokenizer(folder_.path())->special_forms(), ElementsAre("<|im_end|>"));
}

TEST_F(AddedTokenFiles, OfQwenMustAgreeWithItsTokens) {
  std::filesystem::remove(folder_.path() / "tokenizer.model");
  write("qwen.tiktoken", test::tiny_tiktoken());
  write("added_tokens.json", R"({"<|im_end|>": 261})");
  EXPECT_THAT(ids("<|im_end|>"), ElementsAre(261));
  write("added_tokens.json", R"({"<|im_end|>": 260})");
  expect_refused("added_tokens.json: \"<|im_end|>\": \"<|im_end|>\" has the id 260 here, but 261 elsewhere");
}

TEST_F(AddedTokenFiles, AreRefusedIfTheyContradict) {
  write("added_tokens.json", R"({"<|im_start|>": 103, "<|im_end|>": 102, "<n>": 104})");
  write_config({{"added_tokens_decoder", decoder_}});
  EXPECT_THAT(ids("<|im_end|>"), ElementsAre(102));
  write("added_tokens.json", R"({"<|im_start|>": 102, "<|im_end|>": 103})");
  expect_refused("added_tokens.json: \"<|im_end|>\": \"<|im_end|>\" has the id 103 here, but 102 elsewhere");
  write_config(json::object());
  write("added_tokens.json", R"({"<|im_start|>": 103})");
  expect_refused("\"<|im_start|>\" has the id 103, but the next free id is 102");
  write("added_tokens.json", R"({"<|im_start|>": 5})");
  expect_refused("\"<|im_start|>\" has the id 5, which is that of the token \"!\"");
  write("added_tokens.json", R"({"</s>": 102})");
  expect_refused("\"</s>\" has the id 102 here, but 2 elsewhere");
  write("added_tokens.json", R"({"<a>": 102, "<b>": 102})");
  expect_refused("\"<b>\" has the id 102, which is that of the token \"<a>\"");
  std::filesystem::remove(folder_.path() / "added_tokens.json");
  write_config({{"added_tokens_decoder", {{"1", {{"content", "<|im_end|>"}}}}}});
  expect_refused("added_tokens_decoder[\"1\"]: \"<|im_end|>\" has the id 1, which is that of the token \"<s>\"");
  write_config({{"added_tokens_decoder", decoder_}});
  write("tokenizer.json", R"({"added_tokens": [{"id": 103, "content": "<|im_end|>"}]})");
  expect_refused("tokenizer.json: added_tokens[0]: \"<|im_end|>\" has the id 103 here, but 102 elsewhere");
}

TEST_F(AddedTokenFiles, AreNamedIfTheyAreDamaged) {
  write("added_tokens.json", R"({"<n>": "102"})");
  expect_refused("added_tokens.json: \"<n>\": should be a token and its id");
  write("added_tokens.json", "[]");
  expect_refused("added_tokens.json: is not a JSON object");
  std::filesystem::remove(folder_.path() / "added_tokens.json");
  write_config({{"added_tokens_decoder", {{"x", {{"content", "<n>"}}}}}});
  expect_refused("tokenizer_config.json: added_tokens_decoder[\"x\"]: its key is not a token id");
  write_config({{"added_tokens_decoder", {{"102", "<n>"}}}});
  expect_refused("added_tokens_decoder[\"102\"]: should be an object");
  write_config({{"added_tokens_decoder", json::array()}});
  expect_refused("tokenizer_config.json: added_tokens_decoder should be an object");
}

TEST_F(AddedTokenFiles, ThatGitLfsDidNotFetchAreNamed) {
  const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
  write_config(json::object());
  for (const char* file : {"added_tokens.json", "special_tokens_map.json", "tokenizer_config.json", "tokenizer.model",
                           "qwen.tiktoken", "tokenizer.json"}) {
    if (std::string(file) == "qwen.tiktoken") std::filesystem::remove(folder_.path() / "tokenizer.model");
    write(file, pointer);
    expect_refused(std::string(file) + ": is a git-lfs pointer, not the file itself");
    std::filesystem::remove(folder_.path() / file);
  }
}

TEST_F(TokenizerFiles, IgnoreTheVocabularyThatMetaPublishes) {
  write("tokenizer.model", "IQ== 0\nIg== 1\n");
  expect_refused("tokenizer.model: this is only the vocabulary");
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
  EXPECT_EQ(bos_and_eos(), Ids(259, 261));  // a token that no file declares follows the others, as in transformers
}

}  // namespace
}  // namespace pinpoint::tokenizers
