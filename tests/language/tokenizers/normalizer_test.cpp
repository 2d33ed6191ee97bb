#include "language/tokenizers/normalizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/base/check.h"

namespace pinpoint::tokenizers {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

std::string apply(const std::vector<Normalizer::Step>& steps, std::string_view text) {
  return Normalizer(steps, "t.json").apply(text);
}

/// Examples of Unicode Standard Annex 15, figures 3 to 6.
TEST(Normalizer, AppliesUnicodesForms) {
  EXPECT_EQ(normalized("\u212b \u2126", NormalForm::nfc), "\u00c5 \u03a9");
  EXPECT_EQ(normalized("\u1e9b\u0323", NormalForm::nfc), "\u1e9b\u0323");
  EXPECT_EQ(normalized("\u1e9b\u0323", NormalForm::nfd), "\u017f\u0323\u0307");
  EXPECT_EQ(normalized("\u1e9b\u0323", NormalForm::nfkc), "\u1e69");
  EXPECT_EQ(normalized("\u1e9b\u0323", NormalForm::nfkd), "s\u0323\u0307");
  EXPECT_EQ(normalized("e\u0301 \u0958", NormalForm::nfc), "\u00e9 \u0915\u093c");
  EXPECT_EQ(normalized("plain", NormalForm::nfc), "plain");
}

TEST(Normalizer, AppliesItsStepsInOrder) {
  EXPECT_EQ(apply({Prepend{"_"}, Replacement{" ", "_"}}, "a b"), "_a_b");
  EXPECT_EQ(apply({Prepend{"_"}}, ""), "");
  EXPECT_EQ(apply({Replacement{"aa", "b"}}, "aaaaa"), "bba");
  EXPECT_EQ(apply({}, "a"), "a");
}

TEST(Normalizer, RefusesTextsThatWouldFillTheMemory) {
  const Replacement grow{"a", std::string(100, 'a')};
  EXPECT_THAT([&] { apply({grow, grow, grow, grow, grow}, "aaaa"); }, ThrowsMessage<UserError>(HasSubstr("t.json: ")));
}

TEST(Normalizer, ReplacesTheMatchesOfAPattern) {
  const auto normal = [](const char* pattern, const char* to, std::string_view text) {
    return Normalizer({PatternReplacement{Pattern(pattern, "here"), to}}, "here").apply(text);
  };
  EXPECT_EQ(normal("\\A ", "__", " a\n a"), "__a\n a");
  EXPECT_EQ(normal("\\A +| +\\z", "", "  a  b  "), "a  b");
  EXPECT_EQ(normal(" {2,}", " ", "a   b c"), "a b c");
  EXPECT_EQ(normal("x", "$0", "axb"), "a$0b");
}

}  // namespace
}  // namespace pinpoint::tokenizers
