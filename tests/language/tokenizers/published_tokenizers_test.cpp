/// \file
/// Published vocabularies give the same ids as the libraries that they were published with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>

#include "language/text/prompt.h"
#include "language/tokenizers/normalizer.h"
#include "language/tokenizers/tokenizer_files.h"
#include "support/shared.h"
#include "system/base/check.h"
#include "system/base/random.h"
#include "system/base/unicode.h"

namespace pinpoint::tokenizers {
namespace {

using nlohmann::json;
using text::TokenIds;
namespace fs = std::filesystem;

/// The tokenizer of one of the files that a folder may have.
std::unique_ptr<text::Tokenizer> load(const std::string& file, const std::string& name) {
  const test::TemporaryFolder folder;
  fs::create_symlink(fs::absolute(test::shared(file)), folder.path() / name);
  return load_tokenizer(folder.path());
}

std::unique_ptr<text::Tokenizer> load_qwen() { return load("data/tokenizers/qwen/qwen.tiktoken", "qwen.tiktoken"); }

/// Llama-2's tokenizer.json as published. The copy in the reference data has blanks instead of no-break spaces, which
/// make three of its merges invalid; Hugging Face's library refuses them too.
std::string llama2_json() {
  json file = json::parse(test::read_text(test::shared("data/tokenizers/llama2/tokenizer.json")));
  json vocabulary;
  for (const auto& [token, id] : file["model"]["vocab"].items())
    vocabulary[Replacement{" ", "\u00a0"}.apply(token)] = id;
  file["model"]["vocab"] = vocabulary;
  file["model"]["merges"][18917] = "\u00a0 \u00a0";
  file["model"]["merges"][38142] = "\u00a0\u00a0 \u00a0\u00a0";
  file["model"]["merges"][42805] = "\u2581 \u00a0";
  return file.dump();
}

std::unique_ptr<text::Tokenizer> load_llama2_json() {
  const test::TemporaryFolder folder;
  test::write_text(folder.path() / "tokenizer.json", llama2_json());
  return load_tokenizer(folder.path());
}

std::vector<json> lines_of(const std::string& file) {
  std::istringstream lines(test::read_text(test::shared(file)));
  std::vector<json> records;
  for (std::string line; std::getline(lines, line);) records.push_back(json::parse(line));
  return records;
}

/// llama.cpp's tests of vocabularies: texts with the ids of the transformers library.
void agrees_with_llama_cpp(const text::Tokenizer& tokenizer, const std::string& vocabulary) {
  const std::string name = "data/tokenizers/expected/ggml-vocab-" + vocabulary + ".gguf";
  const auto texts = test::parts_before(test::read_text(test::shared(name + ".inp")), "\n__ggml_vocab_test__\n");
  const auto expected = test::parts_before(test::read_text(test::shared(name + ".out")), "\n");
  ASSERT_EQ(texts.size(), 46u);
  ASSERT_EQ(expected.size(), 46u);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::istringstream words(expected[i]);
    const TokenIds ids(std::istream_iterator<text::TokenId>(words), {});
    EXPECT_EQ(tokenizer.encode(texts[i]), ids) << texts[i];
  }
}

TEST(PublishedTokenizers, QwenAgreesWithTheVocabularyTestsOfQwen2) {
  PINPOINT_NEEDS_SHARED("data/tokenizers/qwen/qwen.tiktoken");
  agrees_with_llama_cpp(*load_qwen(), "qwen2");
}

TEST(PublishedTokenizers, Llama2AndPhi3AgreeWithTheirVocabularyTests) {
  PINPOINT_NEEDS_SHARED("data/tokenizers/expected");
  agrees_with_llama_cpp(*load("data/tokenizers/llama2/tokenizer.model", "tokenizer.model"), "llama-spm");
  agrees_with_llama_cpp(*load_llama2_json(), "llama-spm");
  agrees_with_llama_cpp(*load("data/tokenizers/phi3/tokenizer.json", "tokenizer.json"), "phi-3");
}

TEST(PublishedTokenizers, ADamagedCopyOfLlama2IsRefused) {
  PINPOINT_NEEDS_SHARED("data/tokenizers/llama2/tokenizer.json");
  EXPECT_THAT([] { load("data/tokenizers/llama2/tokenizer.json", "tokenizer.json"); },
              testing::ThrowsMessage<UserError>(testing::HasSubstr("model.merges[18917]: should be two tokens")));
}

TEST(PublishedTokenizers, AgreeOnAllGsm8kQuestions) {
  PINPOINT_NEEDS_SHARED("data/tokenizers/expected");
  const auto agree = [](const text::Tokenizer& tokenizer, const std::string& vocabulary) {
    const auto records = lines_of("data/tokenizers/expected/spm_encode_" + vocabulary + "_gsm8k_test.jsonl");
    EXPECT_EQ(records.size(), 1319u);
    for (const json& record : records)
      EXPECT_EQ(tokenizer.encode(record.at("text").get<std::string>()), record.at("ids").get<TokenIds>());
  };
  agree(*load_llama2_json(), "llama2");
  agree(*load("data/tokenizers/mistral/tokenizer.model.v1", "tokenizer.model"), "mistral_v1");
}

TEST(PublishedTokenizers, AgreeWithTheirLibrariesInPython) {
  PINPOINT_NEEDS_SHARED("goldens/tokenizer/tokens.jsonl");
  const auto mistral = load("data/tokenizers/mistral/tokenizer.model.v1", "tokenizer.model");
  const auto llama2 = load("data/tokenizers/llama2/tokenizer.model", "tokenizer.model");
  const auto qwen = load_qwen();
  int specials = 0;
  const auto records = lines_of("goldens/tokenizer/tokens.jsonl");
  EXPECT_EQ(records.size(), 280u);
  for (const json& record : records) {
    const auto text = record.at("text").get<std::string>();
    const auto qwen_ids = record.at("qwen").get<TokenIds>();
    EXPECT_EQ(llama2->encode(text), record.at("llama2").get<TokenIds>()) << text;
    EXPECT_EQ(mistral->encode(text), record.at("mistral_v1").get<TokenIds>()) << text;
    EXPECT_EQ(qwen->encode(text), qwen_ids) << text;
    EXPECT_EQ(qwen->decode(qwen_ids), normalized(text, NormalForm::nfc));
    if (record.contains("qwen_without_nfc")) {
      EXPECT_NE(qwen->encode(text), record.at("qwen_without_nfc").get<TokenIds>()) << text;
    }
    if (!record.contains("qwen_special_allowed")) continue;
    const auto prompt = text::split_at_special_forms(text, qwen->special_forms());
    EXPECT_EQ(text::encode(prompt, *qwen), record.at("qwen_special_allowed").get<TokenIds>()) << text;
    ++specials;
  }
  EXPECT_GT(specials, 0);
}

/// A ChatML fine-tune of a published vocabulary, without a tokenizer.json. `legacy`: null, true or false.
TokenIds chatml_ids(const std::string& model_type, const std::string& model, const json& legacy) {
  const test::TemporaryFolder folder;
  fs::create_symlink(fs::absolute(test::shared(model)), folder.path() / "tokenizer.model");
  const json tokens = {{"32000", {{"content", "<|im_end|>"}, {"special", true}}},
                       {"32001", {{"content", "<|im_start|>"}, {"special", true}}},
                       {"32002", {{"content", "<tool>"}, {"normalized", false}}}};
  json config = {{"tokenizer_class", "LlamaTokenizer"}, {"added_tokens_decoder", tokens}};
  if (!legacy.is_null()) config["legacy"] = legacy;
  test::write_text(folder.path() / "tokenizer_config.json", config.dump());
  test::write_text(folder.path() / "config.json", json{{"model_type", model_type}}.dump());
  return load_tokenizer(folder.path())
      ->encode_with_added_tokens(
          "<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n4<|im_end|>\n<tool> Yes</s>");
}

/// The ids are those of transformers 5.24 (tests/oracle/tokenizer_ids.py compares more).
TEST(PublishedTokenizers, HaveTheTokensOfAFineTune) {
  PINPOINT_NEEDS_SHARED("data/tokenizers/mistral/tokenizer.model.v1");
  const std::string llama2 = "data/tokenizers/llama2/tokenizer.model";
  const TokenIds only_at_the_beginning{32001, 1792,  13, 29906, 29974, 29906, 29973, 32000, 13, 32001,
                                       465,   22137, 13, 29946, 32000, 13,    32002, 3869,  2};
  EXPECT_EQ(chatml_ids("llama", llama2, {}), only_at_the_beginning);
  EXPECT_EQ(chatml_ids("llama", llama2, false), only_at_the_beginning);
  EXPECT_EQ(chatml_ids("llama", llama2, true),
            (TokenIds{32001, 1404,  13, 29906, 29974, 29906, 29973, 32000, 29871, 13,
                      32001, 20255, 13, 29946, 32000, 29871, 13,    32002, 3869,  2}));
  const std::string mistral = "data/tokenizers/mistral/tokenizer.model.v1";
  const TokenIds of_every_stretch{32001, 2188, 13,    28750, 28806, 28750, 28804, 32000, 28705, 13, 32001,
                                  13892, 13,   28781, 32000, 28705, 13,    32002, 28705, 5592,  2};
  EXPECT_EQ(chatml_ids("mistral", mistral, {}), of_every_stretch);
  EXPECT_EQ(chatml_ids("mistral", mistral, true), of_every_stretch);
  EXPECT_EQ(chatml_ids("mistral", mistral, false), (TokenIds{32001, 1838, 13, 28750, 28806, 28750, 28804, 32000, 13,
                                                             32001, 489, 11143, 13, 28781, 32000, 13, 32002, 5592, 2}));
}

/// The ids are those of Hugging Face's library (tokenizers 0.23).
TEST(PublishedTokenizers, Phi3IncludesTheLineFeedBehindASpecialToken) {
  PINPOINT_NEEDS_SHARED("data/tokenizers/phi3/tokenizer.json");
  const auto phi3 = load("data/tokenizers/phi3/tokenizer.json", "tokenizer.json");
  EXPECT_EQ(phi3->encode_with_added_tokens("<|user|>\n2+2?<|end|>\n<|assistant|>\n4<|end|>\n<|user|>\nNo. Are you "
                                           "sure?<|end|>\n<|assistant|>\n"),
            (TokenIds{32010, 29871, 29906, 29974, 29906, 29973, 32007, 32001, 29871, 29946,
                      32007, 32010, 1939,  29889, 4683,  366,   1854,  29973, 32007, 32001}));
}

TEST(PublishedTokenizers, QwenHasItsSpecialTokensWhereItsModelsHaveThem) {
  PINPOINT_NEEDS_SHARED("data/tokenizers/qwen/qwen.tiktoken");
  const auto qwen = load_qwen();
  EXPECT_EQ(qwen->special("<|endoftext|>"), 151643);
  EXPECT_EQ(qwen->special("<|im_start|>"), 151644);
  EXPECT_EQ(qwen->special("<|im_end|>"), 151645);
  EXPECT_EQ(qwen->special("<|extra_0|>"), 151646);
  EXPECT_EQ(qwen->vocabulary_size(), 151851);
}

TEST(PublishedTokenizers, DecodeWhatTheyEncoded) {
  PINPOINT_NEEDS_SHARED("data/tokenizers/qwen/qwen.tiktoken");
  const auto qwen = load_qwen(), llama2 = load("data/tokenizers/llama2/tokenizer.model", "tokenizer.model"),
             llama2_json = load_llama2_json();
  Random random(1, "round trip");
  for (int trial = 0; trial < 10000; ++trial) {
    std::string text;
    for (std::uint64_t left = random.below(30); left > 0; --left) {
      const std::uint64_t bounds[] = {0x80, 0x800, 0x10000, 0x110000};
      const auto character = static_cast<char32_t>(random.below(bounds[random.below(4)]));
      if (character < 0xD800 || character > 0xDFFF) text += to_utf8(character);
    }
    EXPECT_EQ(qwen->decode(qwen->encode(text)), normalized(text, NormalForm::nfc));
    EXPECT_EQ(llama2_json->decode(llama2_json->encode(text)), text);
    // The library returns the normalised text. For this vocabulary it is the text, except for what the vocabulary
    // lacks.
    if (text.find('\0') == std::string::npos && text.find("\u2581") == std::string::npos) {
      EXPECT_EQ(llama2->decode(llama2->encode(text)), text);
    }
  }
}

}  // namespace
}  // namespace pinpoint::tokenizers
