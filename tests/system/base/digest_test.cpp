#include "system/base/digest.h"

#include <gtest/gtest.h>

namespace pinpoint {
namespace {

TEST(Sha256, MatchesThePublishedExamples) {  // FIPS 180-2, appendix B.1 and B.2
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, OfPiecesEqualsThatOfTheWhole) { EXPECT_EQ(Sha256().add("a").add("bc").hex(), sha256("abc")); }

TEST(Sha256, FieldsAreSeparate) {
  EXPECT_NE(Sha256().add_field("ab").add_field("c").hex(), Sha256().add_field("a").add_field("bc").hex());
}

}  // namespace
}  // namespace pinpoint
