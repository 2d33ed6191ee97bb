#include "language/tokenizers/added_tokens.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinpoint::tokenizers {
namespace {

using testing::ElementsAre;

/// Parts as text; added tokens as "#ID" and their text.
std::vector<std::string> cut(std::vector<AddedToken> tokens, std::string_view text,
                             const std::vector<text::TextRange>& plain = {whole_text}) {
  std::vector<std::string> parts;
  const AddedTokenFinder finder(std::move(tokens));
  for (const Part& part : finder.cut(text, plain))
    parts.push_back(part.added ? fmt::format("#{} {}", *part.added, part.text) : std::string(part.text));
  return parts;
}

TEST(AddedTokens, AreFoundFromLeftToRightTheLongestFirst) {
  const std::vector<AddedToken> tokens{{1, "<a>"}, {2, "<a><b>"}, {3, "b"}};
  EXPECT_THAT(cut(tokens, "x<a>y<a><b>b"), ElementsAre("x", "#1 <a>", "y", "#2 <a><b>", "#3 b"));
  EXPECT_THAT(cut(tokens, "<a"), ElementsAre("<a"));
  EXPECT_THAT(cut(tokens, ""), ElementsAre());
  EXPECT_THAT(cut({}, "x"), ElementsAre("x"));
}

TEST(AddedTokens, ThatAreSpecialStayTextAndHideOthers) {
  const std::vector<AddedToken> tokens{{.id = 1, .form = "<s>b", .special = true}, {.id = 2, .form = "b"}};
  EXPECT_THAT(cut(tokens, "b<s>bb"), ElementsAre("#2 b", "<s>b", "#2 b"));
  EXPECT_THAT(cut({tokens.front()}, "<s>b"), ElementsAre("<s>b"));
}

TEST(AddedTokens, CanIncludeWhiteSpace) {
  const AddedToken left{.id = 1, .form = "l", .strips_left = true}, right{.id = 2, .form = "r", .strips_right = true};
  EXPECT_THAT(cut({left, right}, "a \u3000l b"), ElementsAre("a", "#1  \u3000l", " b"));
  EXPECT_THAT(cut({left, right}, "a r \n"), ElementsAre("a ", "#2 r \n"));
  EXPECT_THAT(cut({left, right}, "r  l"), ElementsAre("#2 r  ", "#1 l"));
  EXPECT_THAT(cut({left, right}, "  l"), ElementsAre("#1   l"));
}

TEST(AddedTokens, OfWhiteSpaceAreFoundBehindOneThatIncludesIt) {
  const AddedToken right{.id = 1, .form = "r", .strips_right = true}, line{.id = 2, .form = "\n"};
  EXPECT_THAT(cut({right, line}, "r \n\n a"), ElementsAre("#1 r \n\n ", "#2 \n", "#2 \n", " a"));
  const AddedToken stripped_line{.id = 2, .form = "\n", .strips_left = true};
  EXPECT_THAT(cut({right, stripped_line}, "r \na"), ElementsAre("#1 r \n", "#2 ", "a"));
}

TEST(AddedTokens, CanBeSingleWords) {
  const std::vector<AddedToken> tokens{{.id = 1, .form = "ab", .single_word = true}, {.id = 2, .form = "b"}};
  EXPECT_THAT(cut(tokens, "ab ab. (ab)"), ElementsAre("#1 ab", " ", "#1 ab", ". (", "#1 ab", ")"));
  for (const char* text : {"abc", "_ab", "ab7", "ab\u0301", "\u00e9ab", "ab\u200d", "\u4e09ab"})
    EXPECT_THAT(cut(tokens, text), ElementsAre(text)) << text;  // nor is a token found inside
  EXPECT_THAT(cut(tokens, "\u00bdab\u2581"), ElementsAre("\u00bd", "#1 ab", "\u2581"));
}

TEST(AddedTokens, ThatAreSpecialAreFoundOutsideOfPlainParts) {
  const std::vector<AddedToken> tokens{{.id = 1, .form = "<s>", .special = true},
                                       {.id = 2, .form = "<s>x", .special = true}};
  EXPECT_THAT(cut(tokens, "<s><s><s>", {}), ElementsAre("#1 <s>", "#1 <s>", "#1 <s>"));
  EXPECT_THAT(cut(tokens, "<s><s><s>", {{3, 6}}), ElementsAre("#1 <s>", "<s>", "#1 <s>"));
  EXPECT_THAT(cut(tokens, "<s><s>", {{2, 4}}), ElementsAre("<s><s>"));     // neither lies completely outside
  EXPECT_THAT(cut(tokens, "<s>x", {{3, 4}}), ElementsAre("#1 <s>", "x"));  // but the shorter one does
  EXPECT_THAT(cut(tokens, "a<<s>b", {{0, 2}}), ElementsAre("a<", "#1 <s>", "b"));
  EXPECT_THAT(cut(tokens, "<s>a<s>b", {{3, 4}, {7, 99}}), ElementsAre("#1 <s>", "a", "#1 <s>", "b"));
}

TEST(AddedTokens, CountRangesFromTheBeginOfAPart) {
  const std::vector<text::TextRange> ranges{{1, 3}, {5, 9}};
  const auto within = ranges_within(ranges, 2, 6);
  ASSERT_EQ(within.size(), 2u);
  EXPECT_EQ(within[0].begin, 0u);
  EXPECT_EQ(within[0].end, 1u);
  EXPECT_EQ(within[1].begin, 3u);
  EXPECT_EQ(within[1].end, 4u);
}

}  // namespace
}  // namespace pinpoint::tokenizers
