#include "language/tokenizers/tokenizer_json.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/tiny_byte_pair.h"
#include "system/base/check.h"

namespace pinpoint::tokenizers {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;
using text::TokenIds;

BytePairTokenizer load(const std::string& file) { return {parse_tokenizer_json(file, "t.json"), "t.json"}; }
BytePairTokenizer load(const json& file) { return load(file.dump()); }

json byte_level() { return json::parse(test::tiny_byte_level_json({{"<|end|>"}, {"<think>", false}})); }
/// Its vocabulary includes the added tokens. So other tokens can be put behind them, and any can be taken away.
json byte_level_with_added() {
  json file = byte_level();
  file["model"]["vocab"].update({{"<|end|>", 259}, {"<think>", 260}});
  return file;
}
json metaspace() { return json::parse(test::tiny_metaspace_json()); }

TEST(TokenizerJson, OfBytesIsEncodedPieceByPiece) {
  const auto tokenizer = load(byte_level());
  EXPECT_THAT(tokenizer.encode("Yes Yes"), ElementsAre(257, 258));
  EXPECT_THAT(tokenizer.encode("\u00e9\n"), ElementsAre(0xC3, 0xA9, '\n'));
  EXPECT_THAT(tokenizer.encode(""), ElementsAre());
  EXPECT_EQ(tokenizer.decode({258, 0xC3, 0xA9}), " Yes\u00e9");
  EXPECT_EQ(tokenizer.vocabulary_size(), 261);
}

TEST(TokenizerJson, LikeLlama2sPutsABlankBeforeTextAndFallsBackToBytes) {
  const auto tokenizer = load(metaspace());
  const TokenIds::value_type blank = 259, a = 260 + ('a' - '!'), first_byte = 3;
  EXPECT_THAT(tokenizer.encode("Yes"), ElementsAre(356));
  EXPECT_THAT(tokenizer.encode("a  Yes\u00e9"),
              ElementsAre(blank, a, blank, 356, first_byte + 0xC3, first_byte + 0xA9));
  EXPECT_THAT(tokenizer.encode(""), ElementsAre());
  EXPECT_EQ(tokenizer.decode(tokenizer.encode("a  Yes\u00e9\n")), "a  Yes\u00e9\n");
  EXPECT_EQ(tokenizer.encode("<s>"), load(metaspace()).encode("<s>"));
  EXPECT_EQ(tokenizer.special("<s>"), 1);
  EXPECT_THAT(tokenizer.special_forms(), ElementsAre("<unk>", "<s>", "</s>"));
}

TEST(TokenizerJson, DistinguishesAddedTokensFromText) {
  const auto tokenizer = load(byte_level());
  TokenIds expected = test::byte_ids("<|end|>");
  expected.push_back(260);
  expected.push_back(257);
  EXPECT_EQ(tokenizer.encode("<|end|><think>Yes"), expected);
  EXPECT_EQ(tokenizer.special("<|end|>"), 259);
  EXPECT_EQ(tokenizer.special("<think>"), 260);
  EXPECT_THAT(tokenizer.special_forms(), ElementsAre("<|end|>"));
  EXPECT_EQ(tokenizer.decode({259, 260, 257}), "<think>Yes");
}

/// The ids are those of Hugging Face's library (tokenizers 0.23).
TEST(TokenizerJson, FindsAddedTokensByTheirFlags) {
  json file = json::parse(test::tiny_byte_level_json(
      {{"<l>"}, {"<r>"}, {"<w>"}, {"e\u0301"}, {"\n", false}, {"<n>", false}}, R"({"type": "NFC"})"));
  json& added = file["added_tokens"];
  added[0]["lstrip"] = added[1]["rstrip"] = added[2]["single_word"] = added[3]["normalized"] = true;
  added[5].update({{"lstrip", true}, {"rstrip", true}, {"normalized", true}});
  const auto tokenizer = load(file);
  const auto ids = [&](std::string_view text) { return tokenizer.encode_with_added_tokens(text); };
  EXPECT_THAT(ids("a \u3000<l> Yes"), ElementsAre('a', 259, 258));
  EXPECT_THAT(ids("a <r> \n Yes<r>\n\nb"), ElementsAre('a', ' ', 260, 263, 258, 260, 263, 263, 'b'));
  EXPECT_THAT(ids("<w> a<w> <w>"), ElementsAre(261, ' ', 'a', '<', 'w', '>', ' ', 261));
  EXPECT_THAT(ids("<r> <l>"), ElementsAre(260, 259));
  EXPECT_THAT(ids("\u00e9 e\u0301"), ElementsAre(262, ' ', 262));
  EXPECT_THAT(ids("Yes <n> Yes"), ElementsAre(257, 264, 257));
  EXPECT_THAT(ids("<l><r><w>"), ElementsAre(259, 260, 261));
}

TEST(TokenizerJson, KeepsSpecialTokensInPlainPartsAsText) {
  const auto tokenizer = load(byte_level());
  const std::string text = "<|end|>\u00e9<|end|><think><|end|>";
  const text::TextRange plain{7, 23};  // the second <|end|> and <think>
  TokenIds expected{259, 0xC3, 0xA9};
  for (const auto id : test::byte_ids("<|end|>")) expected.push_back(id);
  expected.insert(expected.end(), {260, 259});
  EXPECT_EQ(tokenizer.encode_with_added_tokens(text, {&plain, 1}), expected);
  const text::TextRange shifted{8, 24};  // counted in "\xFF" + text: what is not UTF-8 is longer when it is replaced
  expected.insert(expected.begin(), {0xEF, 0xBF, 0xBD});
  EXPECT_EQ(tokenizer.encode_with_added_tokens("\xFF" + text, {&shifted, 1}), expected);
}

/// As Llama-2's file has it: the normaliser's blank is part of the token, but not of the text before it.
TEST(TokenizerJson, FindsNormalisedTokensBehindAPlainPart) {
  json file = metaspace();
  for (json& token : file["added_tokens"]) token["normalized"] = true;
  const auto tokenizer = load(file);
  EXPECT_THAT(tokenizer.encode_with_added_tokens("Yes </s>"), ElementsAre(356, 2));
  const text::TextRange up_to_the_blank{0, 4}, all{0, 8};
  EXPECT_THAT(tokenizer.encode_with_added_tokens("Yes </s>", {&up_to_the_blank, 1}), ElementsAre(356, 2));
  EXPECT_EQ(tokenizer.encode_with_added_tokens("Yes </s>", {&all, 1}), tokenizer.encode("Yes </s>"));
}

/// transformers writes this for a tokenizer.model: SentencePiece also puts its blank before a text that begins with
/// one.
TEST(TokenizerJson, ReplacesPatternsInTheNormalizer) {
  json file = metaspace();
  json& steps = file["normalizer"]["normalizers"];
  steps[0] = {{"type", "Replace"}, {"pattern", {{"Regex", "\\A\u2581"}}}, {"content", "\u2581\u2581"}};
  std::swap(steps[0], steps[1]);
  file["pre_tokenizer"] = {
      {"type", "Metaspace"}, {"replacement", "\u2581"}, {"prepend_scheme", "always"}, {"split", false}};
  EXPECT_THAT(load(file).encode(" Yes Yes"), ElementsAre(259, 356, 356));
  EXPECT_THAT(load(file).encode("Yes Yes"), ElementsAre(356, 356));
}

TEST(TokenizerJson, NormalisesFirst) {
  json file = byte_level();
  EXPECT_EQ(load(file).encode("e\u0301"), test::byte_ids("e\u0301"));
  file["normalizer"] = {{"type", "NFC"}};
  EXPECT_EQ(load(file).encode("e\u0301"), test::byte_ids("\u00e9"));
  // An added token is searched for before that, unless the file marks it as normalised.
  file["added_tokens"][1]["content"] = "e\u0301";
  EXPECT_EQ(load(file).encode("\u00e9"), test::byte_ids("\u00e9"));
  EXPECT_THAT(load(file).encode("e\u0301"), ElementsAre(260));
  file["added_tokens"][1]["normalized"] = true;
  EXPECT_THAT(load(file).encode("\u00e9"), ElementsAre(260));
  EXPECT_THAT(load(file).encode("e\u0301"), ElementsAre(260));
}

TEST(TokenizerJson, ReadsByteLevelsOwnPatternAndPrefix) {
  json file = byte_level_with_added();
  file["pre_tokenizer"] = {{"type", "ByteLevel"}};  // both settings are on by default
  EXPECT_THAT(load(file).encode("Yes Yes"), ElementsAre(258, 258));
  file["pre_tokenizer"]["add_prefix_space"] = false;
  EXPECT_THAT(load(file).encode("Yes Yes"), ElementsAre(257, 258));
  file["model"]["merges"].push_back("Yes \u0120Yes");
  file["model"]["vocab"]["Yes\u0120Yes"] = 261;
  EXPECT_THAT(load(file).encode("Yes Yes"), ElementsAre(257, 258));  // two pieces
  file["pre_tokenizer"]["use_regex"] = false;
  EXPECT_THAT(load(file).encode("Yes Yes"), ElementsAre(261));
}

TEST(TokenizerJson, CutsNumbersFromTheRestOrIntoTheirDigits) {
  json file = byte_level_with_added();
  json& digits = file["pre_tokenizer"]["pretokenizers"][0];
  digits = {{"type", "Digits"}, {"individual_digits", false}};
  file["model"]["vocab"].update({{"12", 261}, {"a1", 262}, {"x\u00c2", 263}, {"x\u00e4", 264}});
  file["model"]["merges"] = {"1 2", "a 1", "x \u00c2", "x \u00e4"};
  EXPECT_THAT(load(file).encode("a12 123"), ElementsAre('a', 261, ' ', 261, '3'));
  digits["individual_digits"] = true;
  EXPECT_THAT(load(file).encode("a12"), ElementsAre('a', '1', '2'));
  // Every numeric character of Unicode is separated (the first byte of one half would merge); a number word is not.
  EXPECT_THAT(load(file).encode("x\u00bd"), ElementsAre('x', 0xC2, 0xBD));
  EXPECT_THAT(load(file).encode("x\u4e09"), ElementsAre(264, 0xB8, 0x89));
}

TEST(TokenizerJson, KeepsPiecesThatAreTokensIfConfigured) {
  json file = byte_level_with_added();
  file["model"]["vocab"]["abc"] = 261;  // no merges make it
  EXPECT_EQ(load(file).encode("abc"), test::byte_ids("abc"));
  file["model"]["ignore_merges"] = true;
  EXPECT_THAT(load(file).encode("abc"), ElementsAre(261));
  EXPECT_EQ(load(file).encode("<|end|>"), test::byte_ids("<|end|>"));
}

TEST(TokenizerJson, ReadsMergesOfBothForms) {
  json file = byte_level();
  file["model"]["merges"] = json::parse(R"([["Y", "e"], ["Ye", "s"], ["\u0120", "Yes"]])");
  EXPECT_THAT(load(file).encode("Yes Yes"), ElementsAre(257, 258));
}

TEST(TokenizerJson, EncodesForeignCharacters) {
  json file = metaspace();
  file["model"]["byte_fallback"] = false;
  EXPECT_THAT(load(file).encode("\u00e9\u00e9 \u00e9"), ElementsAre(259, 0, 259, 0));
  file["model"]["fuse_unk"] = false;
  EXPECT_THAT(load(file).encode("\u00e9\u00e9"), ElementsAre(259, 0, 0));
  file["model"]["unk_token"] = nullptr;
  EXPECT_THAT(load(file).encode("\u00e9Yes"), ElementsAre(356));  // the character is ignored
}

/// The results of Hugging Face's library for these vocabularies. The bytes are those of the byte alphabet's characters.
TEST(TokenizerJson, EncodesBytesWithoutTokens) {
  json file = byte_level_with_added();
  file["model"]["vocab"].erase("q");
  file["model"]["vocab"].erase("\u00c3");
  EXPECT_THAT(load(file).encode("q\u00e9"), ElementsAre(0xA9));
  EXPECT_THAT(load(file).encode("Yqqes"), ElementsAre(257));  // the neighbours of an ignored byte merge
  EXPECT_THAT(load(file).encode("qq"), ElementsAre());
  file["model"]["vocab"]["<unk>"] = 261;
  file["model"]["unk_token"] = "<unk>";
  EXPECT_THAT(load(file).encode("Yqqes"), ElementsAre('Y', 261, 261, 'e', 's'));
  file["model"]["fuse_unk"] = true;
  EXPECT_THAT(load(file).encode("Yqqesq\u00e9"), ElementsAre('Y', 261, 'e', 's', 261, 0xA9));
  EXPECT_THAT(load(file).encode("q q"), ElementsAre(261, ' ', 261));
  EXPECT_EQ(load(file).decode({'a', 261, 0xC3 - 1}), "a<unk>\uFFFD");
  const int first_byte = 262;
  for (int byte = 0; byte < 256; ++byte) file["model"]["vocab"][fmt::format("<0x{:02X}>", byte)] = first_byte + byte;
  file["model"]["byte_fallback"] = true;
  EXPECT_THAT(load(file).encode("q\u00e9"), ElementsAre(first_byte + 'q', first_byte + 0xC3, first_byte + 0x83, 0xA9));
}

TEST(TokenizerJson, KeepsWholePiecesEvenWithBytesWithoutTokens) {
  json file = byte_level_with_added();
  file["model"]["vocab"].erase("q");
  file["model"]["vocab"]["aq"] = 261;
  file["model"]["ignore_merges"] = true;
  EXPECT_THAT(load(file).encode("aq"), ElementsAre(261));
  EXPECT_THAT(load(file).encode("aqb"), ElementsAre('a', 'b'));
}

TEST(TokenizerJson, CutsAtBlanksOnlyIfNoTokenHasOneInside) {
  json file = metaspace();
  EXPECT_THAT(load(file).encode("Yes Yes"), ElementsAre(356, 356));
  file["model"]["vocab"]["Yes\u2581"] = 357;
  file["model"]["vocab"]["Yes\u2581Yes"] = 358;
  file["model"]["merges"] = {"Y e", "Ye s", "Yes \u2581", "Yes\u2581 Yes"};
  EXPECT_THAT(load(file).encode("Yes Yes"), ElementsAre(259, 358));
}

TEST(TokenizerJson, ReadsMetaspaceAsAPreTokenizer) {
  json file = metaspace();
  file["normalizer"] = nullptr;
  file["pre_tokenizer"] = {
      {"type", "Metaspace"}, {"replacement", "\u2581"}, {"prepend_scheme", "first"}, {"split", false}};
  file["decoder"] = {{"type", "Metaspace"}, {"replacement", "\u2581"}, {"prepend_scheme", "first"}};
  EXPECT_THAT(load(file).encode("Yes Yes"), ElementsAre(356, 356));
  EXPECT_EQ(load(file).decode({356, 356}), "Yes Yes");
  file["pre_tokenizer"]["add_prefix_space"] = false;
  EXPECT_THAT(load(file).encode("Yes Yes"), ElementsAre(355, 356));
}

void refused(const json& file, const std::string& told) {
  EXPECT_THAT([&] { load(file); }, ThrowsMessage<UserError>(AllOf(HasSubstr("t.json: "), HasSubstr(told)))) << told;
}

TEST(TokenizerJson, NamesWhatIsNotSupported) {
  const auto refused_with = [](const char* key, const json& value, const std::string& told) {
    json file = byte_level();
    file[key] = value;
    refused(file, told);
  };
  const auto refused_model = [](const char* key, const json& value, const std::string& told) {
    json file = byte_level();
    file["model"][key] = value;
    refused(file, told);
  };
  refused_model("type", "WordPiece", "its type WordPiece is not supported (only BPE)");
  refused_model("type", "Unigram", "its type Unigram is not supported (only BPE)");
  refused_model("continuing_subword_prefix", "##", "continuing_subword_prefix is not supported");
  refused_model("end_of_word_suffix", "</w>", "end_of_word_suffix is not supported");
  refused_model("dropout", 0.1, "dropout is not supported");
  refused_with("normalizer", {{"type", "Lowercase"}}, "normalizer: the normalizer Lowercase is not supported");
  refused_with("normalizer",
               json::parse(R"({"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "BertNormalizer"}]})"),
               "normalizer.normalizers[1]: the normalizer BertNormalizer is not supported");
  refused_with("decoder", json::parse(R"({"type": "Replace", "pattern": {"Regex": "a"}, "content": ""})"),
               "Replace by a pattern is not supported");
  refused_with("pre_tokenizer", {{"type", "BertPreTokenizer"}},
               "the pre-tokenizer BertPreTokenizer is not supported (only Split, Digits, ByteLevel,");
  refused_with("pre_tokenizer",
               json::parse(R"({"type": "Split", "pattern": {"Regex": "\\w+"}, "behavior": "Isolated"})"),
               "pre_tokenizer: \\w in the pattern \\w+ is not supported");
  refused_with(
      "pre_tokenizer",
      json::parse(
          R"({"type": "Sequence", "pretokenizers": [{"type": "ByteLevel"}, {"type": "Metaspace", "replacement": "_"}]})"),
      "pretokenizers[1]: Metaspace behind ByteLevel is not supported");
  refused_with("decoder", {{"type", "WordPiece"}}, "the decoder WordPiece is not supported");
  refused_with("decoder", nullptr, "there is no decoder");
}

TEST(TokenizerJson, NamesWhatIsDamaged) {
  EXPECT_THAT([] { load(std::string("{")); }, ThrowsMessage<UserError>(HasSubstr("t.json: is not valid JSON")));
  refused(json::array(), "is no tokenizer of Hugging Face's library");
  refused({{"version", "1.0"}}, "is no tokenizer of Hugging Face's library");
  const auto refused_after = [](const char* pointer, const json& value, const std::string& told) {
    json file = byte_level();
    file[json::json_pointer(pointer)] = value;
    refused(file, told);
  };
  refused_after("/model", 5, "model: should be an object");
  refused_after("/model/vocab", nullptr, "model: vocab is missing");
  refused_after("/model/vocab/a", 98, "two tokens have the id 98");
  refused_after("/model/vocab/a", -1, "the id of \"a\" is -1");
  refused_after("/model/vocab/a", 1.5, "the id of \"a\" is 1.5");
  refused_after("/model/vocab/a", 4'000'000'000u, "the id of \"a\" is 4000000000");
  refused_after("/model/merges/1", "Yes", "model.merges[1]: should be two tokens");
  refused_after("/model/merges/1", "Y e s", "model.merges[1]: should be two tokens");
  refused_after("/model/merges/1", {"Y", 5}, "model.merges[1]: should be two tokens");
  refused_after("/model/merges/1", "e Y", "model.merges[1]: \"eY\" is no token of the vocabulary");
  refused_after("/model/unk_token", "<unk>", "unk_token \"<unk>\" is no token of the vocabulary");
  refused_after("/model/ignore_merges", "yes", "ignore_merges should be true or false");
  refused_after("/added_tokens/0/id", 5,
                "added_tokens[0]: \"<|end|>\" has the id 5, which is that of the token \"\u0105\"");
  refused_after("/added_tokens/1/id", 259,
                "added_tokens[1]: \"<think>\" has the id 259, which is that of the token \"<|end|>\"");
  refused_after("/added_tokens/1/id", 261, "added_tokens[1]: \"<think>\" has the id 261, but the next free id is 260");
  refused_after("/added_tokens/1/id", 1ull << 63, "the next free id is 260");
  refused_after("/added_tokens/1/content", "<|end|>", "added_tokens[1]: \"<|end|>\" has the id 260 here, but 259 else");
  refused_after("/added_tokens/1/content", "Yes", "added_tokens[1]: \"Yes\" has the id 260 here, but 257 elsewhere");
  refused_after("/added_tokens/1/content", "", "added_tokens[1]: content is empty");
  refused_after("/added_tokens/1/rstrip", 1, "added_tokens[1]: rstrip should be true or false");
  refused_after("/added_tokens/0/content", nullptr, "added_tokens[0]: content is missing");
  refused_after("/added_tokens/0/id", nullptr, "added_tokens[0]: id is missing");
  refused_after("/pre_tokenizer", {{"type", "Sequence"}}, "pre_tokenizer: pretokenizers should be a list");
  refused_after("/pre_tokenizer/pretokenizers/0/pattern", {{"Regex", "("}},
                "pretokenizers[0]: the pattern ( is not understood");
  refused_after("/pre_tokenizer/pretokenizers/0/pattern", json::object(), "the pattern is missing");
  refused_after("/pre_tokenizer/pretokenizers/0/type", "Digits", "pretokenizers[0]: individual_digits is missing");
  refused_after("/pre_tokenizer/pretokenizers/0/behavior", "Sideways", "unknown behavior");
  refused_after("/normalizer", json::parse(R"({"type": "Replace", "pattern": {"String": ""}, "content": "a"})"),
                "the text to replace is empty");
}

TEST(TokenizerJson, DecodesOnlyExistingIds) {
  json file = byte_level_with_added();
  file["model"]["vocab"]["abc"] = 270;
  const auto tokenizer = load(file);
  EXPECT_EQ(tokenizer.vocabulary_size(), 271);
  EXPECT_THAT([&] { tokenizer.decode({265}); }, ThrowsMessage<UserError>(HasSubstr("token id 265 is outside")));
}

}  // namespace
}  // namespace pinpoint::tokenizers
