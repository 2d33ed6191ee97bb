#include "system/files/base64.h"

#include <gtest/gtest.h>

namespace pinpoint::files {
namespace {

/// The test vectors of RFC 4648, section 10.
TEST(Base64, ReadsTheTestVectorsOfTheStandard) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(decode_base64("Zm9vYmE="), "fooba");
  EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
  EXPECT_EQ(decode_base64("+/8="), "\xFB\xFF");
}

TEST(Base64, RefusesOtherText) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zm9", "Zm9v ", "Zm 9", "Zm9-", "Z===", "====", "Zg==Zg==", "=Zm9"})
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
}

}  // namespace
}  // namespace pinpoint::files
