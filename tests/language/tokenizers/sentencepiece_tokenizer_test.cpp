#include "language/tokenizers/sentencepiece_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>

#include "language/tokenizers/sentencepiece_model.h"
#include "support/shared.h"
#include "support/tiny_sentencepiece.h"
#include "system/base/check.h"

namespace pinpoint::tokenizers {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

SentencePieceTokenizer load_model(const std::string& file) { return {test::read_text(test::shared(file)), file}; }

text::TokenIds parse_ids(const std::string& line) {
  text::TokenIds ids;
  std::istringstream words(line);
  for (text::TokenId id; words >> id;) ids.push_back(id);
  return ids;
}

TEST(SentencePieceTokenizer, PutsABlankBeforeTextAndMergesPieces) {
  const auto tokenizer = test::tiny_tokenizer();
  EXPECT_THAT(tokenizer->encode("Yes"), ElementsAre(101));
  EXPECT_THAT(tokenizer->encode("a Yes\n"), ElementsAre(4, 5 + ('a' - '!'), 101, 3));
  EXPECT_THAT(tokenizer->encode(""), ElementsAre());
  EXPECT_EQ(tokenizer->decode({101, 101}), "Yes Yes");
}

TEST(SentencePieceTokenizer, ReadsOurWordModels) {
  using Kind = Piece::Kind;
  std::vector<Piece> pieces{{"<unk>", Kind::unknown}, {"<s>", Kind::control}, {"</s>", Kind::control}};
  for (const char* word : {"yes", "no", "caf\u00e9"}) pieces.push_back({piece_blank + std::string(word)});
  const std::string longest(200, 'x');  // a length of two bytes
  pieces.push_back({piece_blank + longest});
  const SentencePieceTokenizer tokenizer(make_sentencepiece_model(pieces, PieceAlgorithm::word), "words");
  EXPECT_THAT(tokenizer.encode("  no yes caf\u00e9  "), ElementsAre(4, 3, 5));
  EXPECT_THAT(tokenizer.encode("yes maybe no </s> " + longest), ElementsAre(3, 0, 4, 0, 6));
  EXPECT_EQ(tokenizer.decode({3, 4}), "yes no");
  EXPECT_EQ(tokenizer.special("</s>"), 2);
}

TEST(SentencePieceTokenizer, KeepsLookAlikesOfSpecialTokensAsText) {
  const auto tokenizer = test::tiny_tokenizer();
  EXPECT_EQ(tokenizer->encode("<s></s>"), test::spelled(" <s></s>"));
}

TEST(SentencePieceTokenizer, HasItsSpecialTokens) {
  const auto tokenizer = test::tiny_tokenizer();
  EXPECT_EQ(tokenizer->special("<s>"), 1);
  EXPECT_EQ(tokenizer->special("</s>"), 2);
  EXPECT_EQ(tokenizer->special("<unk>"), 0);
  EXPECT_EQ(tokenizer->special("Yes"), std::nullopt);  // an ordinary piece
  EXPECT_EQ(tokenizer->special("<nowhere>"), std::nullopt);
  EXPECT_EQ(tokenizer->special(""), std::nullopt);
  EXPECT_THAT(tokenizer->special_forms(), ElementsAre("<unk>", "<s>", "</s>"));
  EXPECT_EQ(tokenizer->bos(), 1);
  EXPECT_EQ(tokenizer->eos(), 2);
  EXPECT_EQ(tokenizer->vocabulary_size(), 102);
}

/// The tiny model with <|im_end|> 102 and <|im_start|> 103, which are special, and <n> 104, which is not.
SentencePieceTokenizer with_added(BlankBefore blank_before) {
  return {test::tiny_sentencepiece_model(),
          "tiny",
          {.added = {{.id = 102, .form = "<|im_end|>", .special = true},
                     {.id = 103, .form = "<|im_start|>", .special = true},
                     {.id = 104, .form = "<n>"}},
           .blank_before = blank_before,
           .eos = "<|im_end|>"}};
}

/// The ids are those of transformers 5.24 for folders with this model, where `legacy` is true or false.
TEST(SentencePieceTokenizer, FindsAddedTokensAndPutsBlanksBetweenThem) {
  const std::string text = "<|im_start|>Yes<|im_end|> Yes<s>a<n>Yes";
  const auto ids = [](BlankBefore blank_before, std::string_view with_tokens) {
    return with_added(blank_before).encode_with_added_tokens(with_tokens);
  };
  EXPECT_THAT(ids(BlankBefore::every_stretch, text), ElementsAre(103, 101, 102, 4, 101, 1, 4, 69, 104, 101));
  EXPECT_THAT(ids(BlankBefore::every_stretch, " Yes"), ElementsAre(4, 101));
  EXPECT_THAT(ids(BlankBefore::unless_it_has_one, text), ElementsAre(103, 101, 102, 101, 1, 4, 69, 104, 101));
  EXPECT_THAT(ids(BlankBefore::unless_it_has_one, "\u2581Yes"), ElementsAre(101));
  EXPECT_THAT(ids(BlankBefore::only_of_text, text), ElementsAre(103, 100, 102, 101, 1, 69, 104, 100));
  EXPECT_THAT(ids(BlankBefore::only_of_text, " Yes"), ElementsAre(101));
  EXPECT_THAT(ids(BlankBefore::only_of_text, "Yes<n> Yes"), ElementsAre(101, 104, 101));
  EXPECT_THAT(ids(BlankBefore::none, "Yes<n> Yes"), ElementsAre(100, 104, 101));
}

TEST(SentencePieceTokenizer, FindsOnlyOrdinaryAddedTokensInPlainText) {
  const auto tokenizer = with_added(BlankBefore::only_of_text);
  auto expected = test::spelled(" <|im_end|>");
  expected.insert(expected.end(), {104, 100});
  EXPECT_EQ(tokenizer.encode("<|im_end|><n>Yes"), expected);
  EXPECT_THAT(tokenizer.encode(" Yes"), ElementsAre(4, 101));  // as the library encodes it
  EXPECT_THAT(tokenizer.encode("\xFF<n>"), ElementsAre(4, 0, 104));
  const text::TextRange plain{12, 22};
  auto in_plain_part = test::spelled("<|im_end|>");
  in_plain_part.insert(in_plain_part.begin(), 103);
  EXPECT_EQ(tokenizer.encode_with_added_tokens("<|im_start|><|im_end|>", {&plain, 1}), in_plain_part);
}

TEST(SentencePieceTokenizer, KnowsItsAddedTokens) {
  const auto tokenizer = with_added(BlankBefore::every_stretch);
  EXPECT_EQ(tokenizer.vocabulary_size(), 105);
  EXPECT_EQ(tokenizer.special("<|im_end|>"), 102);
  EXPECT_EQ(tokenizer.special("<n>"), 104);
  EXPECT_EQ(tokenizer.special("<s>"), 1);
  EXPECT_THAT(tokenizer.special_forms(), ElementsAre("<unk>", "<s>", "</s>", "<|im_end|>", "<|im_start|>"));
  EXPECT_EQ(tokenizer.bos(), 1);
  EXPECT_EQ(tokenizer.eos(), 102);
  EXPECT_THAT([&] { tokenizer.decode({105}); },
              ThrowsMessage<UserError>(HasSubstr("(it has 105 tokens, ids 0 to 104)")));
}

TEST(SentencePieceTokenizer, DecodesAddedTokens) {
  const std::string text = "<|im_start|>Yes<|im_end|> a<n>Yes";
  for (const auto blank_before : {BlankBefore::every_stretch, BlankBefore::only_of_text, BlankBefore::none}) {
    const auto tokenizer = with_added(blank_before);
    EXPECT_EQ(tokenizer.decode(tokenizer.encode_with_added_tokens(text)), "Yes a<n>Yes");
    EXPECT_EQ(tokenizer.decode(tokenizer.encode("a <n> Yes")), "a <n> Yes");
  }
}

/// The ids are those of transformers 5.24: LlamaTokenizer adds such pieces, other classes leave them to the model.
TEST(SentencePieceTokenizer, CanFindUserDefinedPiecesAsAddedTokens) {
  std::vector<Piece> pieces{{"<unk>", Piece::Kind::unknown}, {"<s>", Piece::Kind::control},
                            {"</s>", Piece::Kind::control},  {piece_blank},
                            {"a", Piece::Kind::normal, -1},  {"<|im_start|>", Piece::Kind::user_defined}};
  const std::string model = make_sentencepiece_model(pieces, PieceAlgorithm::byte_pair);
  EXPECT_THAT(user_defined_pieces(model), ElementsAre(5));
  const auto ids = [&](bool adds_user_defined) {
    const SentencePieceSettings settings{.blank_before = BlankBefore::only_of_text,
                                         .adds_user_defined = adds_user_defined};
    return SentencePieceTokenizer(model, "m", settings).encode_with_added_tokens("<|im_start|>a");
  };
  EXPECT_THAT(ids(true), ElementsAre(5, 4));
  EXPECT_THAT(ids(false), ElementsAre(3, 5, 4));
}

TEST(SentencePieceTokenizer, RefusesIdsOutsideTheVocabulary) {
  const auto tokenizer = test::tiny_tokenizer();
  EXPECT_THAT(
      [&] {
        tokenizer->decode({5, 102});
      },
      ThrowsMessage<UserError>(HasSubstr("token id 102 is outside the vocabulary (it has 102 tokens")));
  EXPECT_THAT([&] { tokenizer->decode({-1}); }, ThrowsMessage<UserError>(HasSubstr("token id -1")));
  EXPECT_THROW(tokenizer->decode({(text::TokenId{1} << 32) + 5}), UserError);  // cut to 32 bits it would be 5
}

TEST(SentencePieceTokenizer, ReadsMalformedUtf8AsUnknownCharacters) {
  const auto tokenizer = test::tiny_tokenizer();
  EXPECT_THAT(tokenizer->encode("a\xFF"), ElementsAre(4, 5 + ('a' - '!'), 0));
  EXPECT_THAT(tokenizer->encode("\xE2\x96"), ElementsAre(4, 0));  // incomplete
  EXPECT_THAT(tokenizer->encode(std::string(1, '\0')), ElementsAre(4, 0));
}

TEST(SentencePieceTokenizer, RefusesBytesThatAreNotAModel) {
  const auto refused = [](std::string_view bytes, const std::string& message) {
    EXPECT_THAT(([&] { SentencePieceTokenizer(bytes, "m/tokenizer.model"); }),
                ThrowsMessage<UserError>(HasSubstr(message)));
  };
  refused("", "m/tokenizer.model: the file is empty");
  refused("version https://git-lfs.github.com/spec/v1\n", "m/tokenizer.model: this is no SentencePiece model");
  const std::string model = test::tiny_sentencepiece_model();
  refused(std::string_view(model).substr(0, model.size() / 2), "m/tokenizer.model: this is no SentencePiece model");
}

TEST(SentencePieceTokenizer, AgreesWithLlamaCppVocabularyTests) {
  PINPOINT_NEEDS_SHARED("data/tokenizers/expected");
  const auto tokenizer = load_model("data/tokenizers/llama2/tokenizer.model");
  const std::string name = "data/tokenizers/expected/ggml-vocab-llama-spm.gguf";
  const auto texts = test::parts_before(test::read_text(test::shared(name + ".inp")), "\n__ggml_vocab_test__\n");
  const auto expected = test::parts_before(test::read_text(test::shared(name + ".out")), "\n");
  ASSERT_EQ(texts.size(), 46);
  ASSERT_EQ(expected.size(), 46);
  for (std::size_t i = 0; i < texts.size(); ++i)
    EXPECT_EQ(tokenizer.encode(texts[i]), parse_ids(expected[i])) << texts[i];
}

TEST(SentencePieceTokenizer, AgreesOnAllGsm8kQuestions) {
  PINPOINT_NEEDS_SHARED("data/tokenizers/expected");
  const auto tokenizer = load_model("data/tokenizers/llama2/tokenizer.model");
  std::istringstream lines(
      test::read_text(test::shared("data/tokenizers/expected/spm_encode_llama2_gsm8k_test.jsonl")));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto record = nlohmann::json::parse(line);
    EXPECT_EQ(tokenizer.encode(record.at("text").get<std::string>()), record.at("ids").get<text::TokenIds>());
  }
  EXPECT_EQ(count, 1319);
}

TEST(SentencePieceTokenizer, AgreesWithSentencePieceInPython) {
  PINPOINT_NEEDS_SHARED("goldens/tokenizer/tokens.jsonl");
  const auto llama2 = load_model("data/tokenizers/llama2/tokenizer.model");
  const auto stories = load_model("goldens/stories260k/tokenizer.model");
  std::istringstream lines(test::read_text(test::shared("goldens/tokenizer/tokens.jsonl")));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto record = nlohmann::json::parse(line);
    const auto text = record.at("text").get<std::string>();
    EXPECT_EQ(llama2.encode(text), record.at("llama2").get<text::TokenIds>()) << text;
    EXPECT_EQ(stories.encode(text), record.at("stories260k").get<text::TokenIds>()) << text;
    EXPECT_EQ(llama2.decode(record.at("llama2").get<text::TokenIds>()), record.at("llama2_decoded").get<std::string>());
  }
  EXPECT_EQ(count, 280);
}

}  // namespace
}  // namespace pinpoint::tokenizers
