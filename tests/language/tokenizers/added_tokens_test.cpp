#include "language/tokenizers/added_tokens.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinpoint::tokenizers {
namespace {

using testing::ElementsAre;

/// Parts as text; added tokens as "#ID" and their text.
std::vector<std::string> cut(std::vector<AddedToken> tokens, std::string_view text) {
  std::vector<std::string> parts;
  const AddedTokenFinder finder(std::move(tokens));
  for (const Part& part : finder.cut(text, {&whole_text, 1}))
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

}  // namespace
}  // namespace pinpoint::tokenizers
