#include "language/tokenizers/tokenizer_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shared.h"
#include "support/tiny_byte_pair.h"
#include "support/tiny_sentencepiece.h"
#include "system/base/check.h"

namespace pinpoint::tokenizers {
namespace {

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
  write("tokenizer.json", test::tiny_byte_level_json({{"<|end|>"}}));
  EXPECT_EQ(size(), 102);
  std::filesystem::remove(folder_.path() / "tokenizer.model");
  EXPECT_EQ(size(), 467);
  std::filesystem::remove(folder_.path() / "qwen.tiktoken");
  EXPECT_EQ(size(), 260);
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
  EXPECT_EQ(bos_and_eos(), Ids(259, std::nullopt));
}

}  // namespace
}  // namespace pinpoint::tokenizers
