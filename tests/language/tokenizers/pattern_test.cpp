#include "language/tokenizers/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "language/tokenizers/qwen_tokenizer.h"
#include "system/base/check.h"

namespace pinpoint::tokenizers {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<std::string> matches(const Pattern& pattern, std::string_view text) {
  std::vector<std::string> found;
  pattern.each_match(text,
                     [&](std::size_t begin, std::size_t end) { found.emplace_back(text.substr(begin, end - begin)); });
  return found;
}

std::vector<std::string> matches(const std::string& expression, std::string_view text) {
  return matches(Pattern(expression, "here"), text);
}

TEST(Pattern, FindsMatchesFromLeftToRight) {
  EXPECT_THAT(matches("a+", "aabxa"), ElementsAre("aa", "a"));
  EXPECT_THAT(matches("a+", ""), ElementsAre());
  EXPECT_THAT(matches(Pattern::literal("a.(\u00e9]", "here"), "a.(\u00e9]ab(\u00e9]"), ElementsAre("a.(\u00e9]"));
}

TEST(Pattern, CutsTextsAsQwenDoes) {
  EXPECT_THAT(matches(qwen_pattern, "I'll  pay\n\n 12\u00bd, n\u00e4m\u00adlich'S\u3000\u0661"),
              ElementsAre("I", "'ll", " ", " pay", "\n\n", " ", "1", "2", "\u00bd", ",", " n\u00e4m", "\u00adlich",
                          "'S", "\u3000", "\u0661"));
  EXPECT_THAT(matches(qwen_pattern, " \t\r\n  x ?!\r\n\ny"), ElementsAre(" \t\r\n", " ", " x", " ?!\r\n\n", "y"));
  EXPECT_THAT(matches(qwen_pattern, "'\u017f"), ElementsAre("'\u017f"));  // ignoring case, the long s is an s
}

TEST(Pattern, DefinesWhiteSpaceAsUnicodeDoes) {
  const std::string spaces = "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000";
  EXPECT_THAT(matches(R"(\s+)", "x" + spaces + "y"), ElementsAre(spaces));
  EXPECT_THAT(matches(R"([\sq]+)", "x" + spaces + "q\u180e"), ElementsAre(spaces + "q"));
  const std::string others = "\u180e\u200b\u2060\ufeff\x1c\U0010ffff";  // for PCRE2, the first one is white space
  EXPECT_THAT(matches(R"(\S+)", others + spaces), ElementsAre(others));
  EXPECT_THAT(matches(R"([\S]+)", others + spaces), ElementsAre(others));
}

TEST(Pattern, ReadsSetsAsOthersDo) {
  EXPECT_THAT(matches(R"([]x]+)", "a]x]b"), ElementsAre("]x]"));
  EXPECT_THAT(matches(R"([^]x]+)", "a]x]b"), ElementsAre("a", "b"));
  EXPECT_THAT(matches(R"([\]\[]+)", "a][b"), ElementsAre("]["));
  EXPECT_THAT(matches("^b.", "ab\nbc\nbd"), ElementsAre("bc", "bd"));  // at every line
  EXPECT_THAT(matches(R"(\v+)", "\n\v\v\f"), ElementsAre("\v\v"));
}

TEST(Pattern, RefusesWhatOtherLibrariesDefineDifferently) {
  const auto refused = [](const std::string& expression, const std::string& told) {
    EXPECT_THAT([&] { Pattern(expression, "t.json: split"); },
                ThrowsMessage<UserError>(AllOf(HasSubstr("t.json: split: "), HasSubstr(told))))
        << expression;
  };
  for (const char* letter : {"w", "W", "b", "B", "h", "R", "X", "G", "K", "C", "1", "Q", "N"})
    refused(std::string("a\\") + letter, std::string("\\") + letter + " in the pattern");
  refused("[[:alpha:]]", "a set within a set");
  refused("[a&&b]", "a set within a set");
  refused("a*", "matches the empty text");
  refused("a|(?=b)", "matches the empty text");
  refused("(a", "is not understood (missing closing parenthesis)");
  refused("a\\", "is not supported");
  refused("\xff", "is not understood");
}

TEST(Pattern, GivesUpWhereAMatchTakesMillionsOfSteps) {
  EXPECT_THAT([] { matches("(a+)+[bc]", std::string(100, 'a')); },
              ThrowsMessage<UserError>(HasSubstr("here: the pattern cannot be matched with a text of 100 bytes")));
}

TEST(Pattern, TakesRunsOfAnyLength) {
  const std::string blanks(1 << 20, ' ');
  EXPECT_THAT(matches(qwen_pattern, blanks + "x"), ElementsAre(blanks.substr(1), " x"));
  const std::string letters(1 << 16, 'x');
  EXPECT_THAT(matches("(?:x|y)+", letters), ElementsAre(letters));  // needs more stack than the compiled code has
}

}  // namespace
}  // namespace pinpoint::tokenizers
