#include "text/unicode.h"

#include <gtest/gtest.h>

#include <string>

namespace pinpoint::text {
namespace {

TEST(Unicode, CountsCharactersNotBytes) {
  EXPECT_EQ(count_characters(""), 0);
  EXPECT_EQ(count_characters("abc"), 3);
  EXPECT_EQ(count_characters("\u00e4\u20ac\U0001F600"), 3);  // 2, 3 and 4 bytes
  EXPECT_EQ(count_characters("e\u0301"), 2);                 // a combining accent is a character of its own
  EXPECT_EQ(count_characters("a\xFF\xE2\x82"), 4);           // each malformed byte is one
}

TEST(Unicode, KnowsWellFormedUtf8) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("\u00e4\u20ac\U0001F600"));
  EXPECT_FALSE(is_utf8("\xFF"));
  EXPECT_FALSE(is_utf8("\xE2\x82"));          // cut off
  EXPECT_FALSE(is_utf8("\xC0\xAF"));          // overlong
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_FALSE(is_utf8("caf\xE9"));           // Latin-1
}

TEST(Unicode, StripsWhatPythonStrips) {
  EXPECT_EQ(strip(" \t\r\n\v\f\x1C\x1F a b \n"), "a b");
  EXPECT_EQ(strip("\u00A0\u3000\u2028\u2009\u205F\u1680\u0085x\u202F"), "x");
  EXPECT_EQ(strip("\u200Bx\uFEFF"), "\u200Bx\uFEFF");  // zero width space and byte order mark are no white space
  EXPECT_EQ(strip(" \n "), "");
  EXPECT_EQ(strip(""), "");
  EXPECT_EQ(strip("\xFFx "), "\xFFx");
}

}  // namespace
}  // namespace pinpoint::text
