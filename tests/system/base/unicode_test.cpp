#include "system/base/unicode.h"

#include <gtest/gtest.h>

#include <string>

namespace pinpoint {
namespace {

TEST(Unicode, CountsCharactersNotBytes) {
  EXPECT_EQ(count_characters(""), 0);
  EXPECT_EQ(count_characters("abc"), 3);
  EXPECT_EQ(count_characters("\u00e4\u20ac\U0001F600"), 3);  // 2, 3 and 4 bytes
  EXPECT_EQ(count_characters("e\u0301"), 2);                 // a combining accent is a character
  EXPECT_EQ(count_characters("a\xFF\xE2\x82"), 4);           // each malformed byte is one
}

TEST(Unicode, RecognisesWellFormedUtf8) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("\u00e4\u20ac\U0001F600"));
  EXPECT_FALSE(is_utf8("\xFF"));
  EXPECT_FALSE(is_utf8("\xE2\x82"));          // cut off
  EXPECT_FALSE(is_utf8("\xC0\xAF"));          // overlong
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_FALSE(is_utf8("caf\xE9"));           // Latin-1
}

/// As Python's bytes.decode("utf-8", "replace"), and the examples of Unicode Standard 15, table 3-8 and following.
TEST(Unicode, ReplacesMalformedUtf8) {
  EXPECT_EQ(well_formed("a\u00e4\u20ac\U0001F600"), "a\u00e4\u20ac\U0001F600");
  EXPECT_EQ(well_formed("\xE2\x82z"), "\uFFFDz");  // cut off: one character
  EXPECT_EQ(well_formed("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82"
                        "A"),
            "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"
            "A");
  EXPECT_EQ(well_formed("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // surrogate
  EXPECT_EQ(well_formed("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF"
                        "A"),
            "\uFFFD\uFFFD\uFFFD\uFFFD"
            "A");
}

TEST(Unicode, TakesOneCharacterAtATime) {
  std::string_view text = "\u20ac\xFFz";
  EXPECT_EQ(take_character(text), U'\u20ac');
  EXPECT_EQ(take_character(text), U'\uFFFD');
  EXPECT_EQ(take_character(text), U'z');
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(to_utf8(U'z') + to_utf8(U'\u00e4') + to_utf8(U'\u20ac') + to_utf8(U'\U0001F600'),
            "z\u00e4\u20ac\U0001F600");
}

TEST(Unicode, RecognisesAsciiAndWhiteSpace) {
  EXPECT_TRUE(is_ascii("a\x7F"));
  EXPECT_FALSE(is_ascii("a\u00e4"));
  const std::u32string_view spaces = U"\t\n\v\f\r \u0085\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000";
  for (const char32_t c : spaces) EXPECT_TRUE(is_white_space(c)) << static_cast<unsigned>(c);
  for (const char32_t c : {U'a', U'\u180e', U'\u200b', U'\ufeff', U'\x1c'}) EXPECT_FALSE(is_white_space(c));
}

TEST(Unicode, StripsWhatPythonStrips) {
  EXPECT_EQ(strip(" \t\r\n\v\f\x1C\x1F a b \n"), "a b");
  EXPECT_EQ(strip("\u00A0\u3000\u2028\u2009\u205F\u1680\u0085x\u202F"), "x");
  EXPECT_EQ(strip("\u200Bx\uFEFF"), "\u200Bx\uFEFF");  // zero width space and byte order mark are not white space
  EXPECT_EQ(strip(" \n "), "");
  EXPECT_EQ(strip(""), "");
  EXPECT_EQ(strip("\xFFx "), "\xFFx");
  EXPECT_EQ(strip_start("\u3000 a b \u00A0"), "a b \u00A0");
  EXPECT_EQ(strip_end("\u3000 a b \u00A0"), "\u3000 a b");
  EXPECT_EQ(strip_start(" \x1F"), "");
  EXPECT_EQ(strip_end(" \x1F"), "");
}

}  // namespace
}  // namespace pinpoint
