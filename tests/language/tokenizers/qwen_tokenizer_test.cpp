#include "language/tokenizers/qwen_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tiny_byte_pair.h"
#include "system/base/check.h"

namespace pinpoint::tokenizers {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;
using text::TokenIds;

std::vector<std::string> bytes_and(const std::vector<std::string>& others) {
  std::vector<std::string> tokens;
  for (int byte = 0; byte < 256; ++byte) tokens.emplace_back(1, static_cast<char>(byte));
  tokens.insert(tokens.end(), others.begin(), others.end());
  return tokens;
}

BytePairTokenizer tokenizer(const std::vector<std::string>& others) {
  return {describe_qwen(bytes_and(others), "tiny"), "tiny"};
}

/// 256 "Ye", 257 "Yes", 258 " Yes"
const std::vector<std::string> yes{"Ye", "Yes", " Yes"};

TEST(QwenTokenizer, MergesByRankWithinPieces) {
  const auto qwen = tokenizer(yes);
  EXPECT_THAT(qwen.encode("Yes"), ElementsAre(257));
  EXPECT_THAT(qwen.encode("Yes Yes, Ye"), ElementsAre(257, 258, ',', ' ', 256));
  EXPECT_THAT(qwen.encode(""), ElementsAre());
}

TEST(QwenTokenizer, LooksUpWhatTwoNeighboursSpell) {
  // Only "ab" and "c" make "abc", and "b" and "cd" make "bcd": the lower rank comes first.
  const auto qwen = tokenizer({"ab", "abc", "cd", "bcd"});
  EXPECT_THAT(qwen.encode("abcd"), ElementsAre(257, 'd'));
  EXPECT_THAT(qwen.encode("bcd"), ElementsAre(259));
  EXPECT_THAT(tokenizer({"cd", "ab", "abc"}).encode("abcde"), ElementsAre(257, 256, 'e'));
}

TEST(QwenTokenizer, KeepsAPieceThatIsAToken) {
  // No merges make "abcd": neither "abc" nor "bcd" nor both halves are tokens.
  EXPECT_THAT(tokenizer({"ab", "abcd"}).encode("abcd"), ElementsAre(257));
  EXPECT_THAT(tokenizer({"ab", "abcd"}).encode("abcdx"), ElementsAre(256, 'c', 'd', 'x'));
}

TEST(QwenTokenizer, NormalisesTexts) {
  const auto qwen = tokenizer({"\u00e9"});
  EXPECT_THAT(qwen.encode("e\u0301"), ElementsAre(256));
  EXPECT_EQ(qwen.decode(qwen.encode("e\u0301 \u212b")), "\u00e9 \u00c5");
}

TEST(QwenTokenizer, KeepsLookAlikesOfSpecialTokensAsText) {
  const auto qwen = tokenizer(yes);
  const std::string text = "<|im_start|><|endoftext|><|extra_0|>";
  EXPECT_EQ(qwen.encode(text), test::byte_ids(text));
  EXPECT_EQ(qwen.decode(qwen.encode(text)), text);
}

TEST(QwenTokenizer, HasItsSpecialTokens) {
  const auto qwen = tokenizer(yes);
  EXPECT_EQ(qwen.special("<|endoftext|>"), 259);
  EXPECT_EQ(qwen.special("<|im_start|>"), 260);
  EXPECT_EQ(qwen.special("<|im_end|>"), 261);
  EXPECT_EQ(qwen.special("<|extra_0|>"), 262);
  EXPECT_EQ(qwen.special("<|extra_204|>"), 466);
  EXPECT_EQ(qwen.special("<|extra_205|>"), std::nullopt);
  EXPECT_EQ(qwen.special("Yes"), std::nullopt);
  EXPECT_EQ(qwen.special_forms().size(), 208u);
  EXPECT_EQ(qwen.special_forms().front(), "<|endoftext|>");
  EXPECT_EQ(qwen.bos(), std::nullopt);
  EXPECT_EQ(qwen.eos(), 259);
  EXPECT_EQ(qwen.vocabulary_size(), 467);
}

TEST(QwenTokenizer, GivesSpecialTokensNoText) { EXPECT_EQ(tokenizer(yes).decode({260, 257, 261, 258}), "Yes Yes"); }

TEST(QwenTokenizer, ReadsMalformedUtf8AsReplacementCharacters) {
  const auto qwen = tokenizer({"\xEF\xBF", "\uFFFD"});
  EXPECT_THAT(qwen.encode("a\xFFz"), ElementsAre('a', 257, 'z'));
  EXPECT_THAT(qwen.encode("\xF0\x9F\x98"), ElementsAre(257));  // one incomplete character
  EXPECT_THAT(qwen.encode("\xE2\x82\xE2\x82\xAC"), ElementsAre(257, 0xE2, 0x82, 0xAC));
  EXPECT_EQ(qwen.decode({0xE2, 0x82, 'a', 0xFF}), "\uFFFDa\uFFFD");
}

TEST(QwenTokenizer, RefusesIdsOutsideTheVocabulary) {
  const auto qwen = tokenizer(yes);
  EXPECT_THAT([&] { qwen.decode({467}); },
              ThrowsMessage<UserError>(HasSubstr("token id 467 is outside the vocabulary (its ids are 0 to 466)")));
  EXPECT_THROW(qwen.decode({-1}), UserError);
}

TEST(QwenTokenizer, TakesWordsOfAnyLength) {
  const std::string word(1 << 20, 'Y');
  EXPECT_EQ(tokenizer(yes).encode(word), test::byte_ids(word));
  EXPECT_EQ(tokenizer({"YY", "YYYY"}).encode(word), TokenIds(1 << 18, 257));
}

}  // namespace
}  // namespace pinpoint::tokenizers
