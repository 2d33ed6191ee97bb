#include "language/tokenizers/tiktoken_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tiny_byte_pair.h"
#include "system/base/check.h"

namespace pinpoint::tokenizers {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(TiktokenFile, GivesTokensByRank) {
  const auto tokens = parse_tiktoken(test::tiny_tiktoken(), "f");
  ASSERT_EQ(tokens.size(), 259u);
  EXPECT_EQ(tokens[0], std::string(1, '\0'));
  EXPECT_EQ(tokens[255], "\xFF");
  EXPECT_EQ(tokens[258], " Yes");
}

TEST(TiktokenFile, AcceptsLinesInAnyOrderWithAnyEnding) {
  EXPECT_EQ(parse_tiktoken("WWVzIQ== 259\r\n" + test::tiny_tiktoken() + "Tm8= 260", "f")[259], "Yes!");
  EXPECT_EQ(parse_tiktoken(test::tiny_tiktoken() + "\n", "f").size(), 259u);
}

TEST(TiktokenFile, NamesTheLineThatIsDamaged) {
  const auto refused = [](const std::string& text, const std::string& told) {
    EXPECT_THAT([&] { parse_tiktoken(text, "m/qwen.tiktoken"); }, ThrowsMessage<UserError>(HasSubstr(told))) << told;
  };
  const std::string good = test::tiny_tiktoken();
  for (const char* line : {"WWU", "WWU 259", "WWU= x", "WWU= -1", "WWU= 259 1", "WWU=  259", " 259", "%%%% 259",
                           "WWU= 2.5", "WWU= 99999999999999999999999"})
    refused(good + line + "\n" + "Tm8= 260\n", "m/qwen.tiktoken:260: this is no token in base64, a blank and its rank");
  refused(good + "\nTm8= 259\n", "m/qwen.tiktoken:260: this is no token");
  refused(good + "WWVz 259\n", "m/qwen.tiktoken:260: the same token is in line 258");
  refused(good + "Tm8= 258\n", "m/qwen.tiktoken:260: the rank 258 is also in line 259");
  refused(good + "Tm8= 260\n", "m/qwen.tiktoken: no line has the rank 259");
  refused(good.substr(good.find('\n') + 1), "m/qwen.tiktoken: no line has only the byte 0x00");
  refused(good.substr(0, good.size() - 3), "m/qwen.tiktoken:259: the rank 2 is also in line 3");
  refused("", "m/qwen.tiktoken: the file is empty");
  refused("<html>\n", "m/qwen.tiktoken:1: ");
}

TEST(TiktokenFile, IsRecognisedByItsFirstLine) {
  EXPECT_TRUE(looks_like_tiktoken("IQ== 0\nIg== 1\n"));
  EXPECT_FALSE(looks_like_tiktoken(""));
  EXPECT_FALSE(looks_like_tiktoken("\n\x0a\x05<unk>"));
  EXPECT_FALSE(looks_like_tiktoken("{\"model\": 1}"));
}

}  // namespace
}  // namespace pinpoint::tokenizers
