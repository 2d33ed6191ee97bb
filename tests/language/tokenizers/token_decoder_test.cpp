#include "language/tokenizers/token_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/base/check.h"

namespace pinpoint::tokenizers {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;
using Tokens = TokenDecoder::Tokens;

std::string decode(const std::vector<TokenDecoder::Step>& steps, const Tokens& tokens) {
  return TokenDecoder(steps, "t.json").decode(tokens);
}

TEST(TokenDecoder, JoinsTokens) {
  EXPECT_EQ(decode({}, {"a", "b"}), "ab");
  EXPECT_EQ(decode({}, {}), "");
}

TEST(TokenDecoder, JoinsTokensOfBytes) {
  EXPECT_EQ(decode({JoinByteTokens{}}, {"a", "<0xE2>", "<0x82>", "<0xAC>", "<0x62>"}), "a\u20acb");
  EXPECT_EQ(decode({JoinByteTokens{}}, {"<0xE2>", "<0x82>", "a"}), "\uFFFD\uFFFDa");
  EXPECT_EQ(decode({JoinByteTokens{}}, {"<0x4>", "<0xZZ>", "<0x4 >", "<0x041>"}), "<0x4><0xZZ><0x4 ><0x041>");
}

TEST(TokenDecoder, JoinsTheByteAlphabet) {
  EXPECT_EQ(decode({JoinByteAlphabet{}}, {"\u0120a", "\u00c3", "\u00a9"}), " a\u00e9");
  EXPECT_EQ(decode({JoinByteAlphabet{}}, {"\u00c3", "a"}), "\uFFFDa");
  EXPECT_EQ(decode({JoinByteAlphabet{}}, {"an added one", "\u0120"}), "an added one ");
}

TEST(TokenDecoder, AppliesStepsPerToken) {
  const StripTokens strip{" ", 1, 2};
  EXPECT_EQ(decode({strip}, {"  a   ", " b"}), " a b");
  EXPECT_EQ(decode({Fuse{}, strip}, {" a", " b"}), "a b");
  EXPECT_EQ(decode({Replacement{"\u2581", " "}}, {"\u2581a\u2581", "b"}), " a b");
}

TEST(TokenDecoder, UndoesMetaspace) {
  EXPECT_EQ(decode({UndoMetaspace{"\u2581", true}}, {"\u2581a", "\u2581b"}), "a b");
  EXPECT_EQ(decode({UndoMetaspace{"\u2581", false}}, {"\u2581a", "\u2581b"}), " a b");
}

TEST(TokenDecoder, RefusesTextsThatWouldFillTheMemory) {
  const Replacement grow{"a", std::string(100, 'a')};
  EXPECT_THAT(
      [&] {
        decode({grow, grow, grow, grow, grow}, {"aaaa"});
      },
      ThrowsMessage<UserError>(HasSubstr("t.json: ")));
}

}  // namespace
}  // namespace pinpoint::tokenizers
