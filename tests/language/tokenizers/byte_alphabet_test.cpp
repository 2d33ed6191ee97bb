#include "language/tokenizers/byte_alphabet.h"

#include <gtest/gtest.h>

#include <set>

namespace pinpoint::tokenizers {
namespace {

TEST(ByteAlphabet, WritesBytesAsGpt2Does) {
  EXPECT_EQ(to_byte_alphabet("a b\n~"), "a\u0120b\u010A~");
  EXPECT_EQ(to_byte_alphabet(std::string_view("\0\x20\x7F\x80\xA0\xAD", 6)), "\u0100\u0120\u0121\u0122\u0142\u0143");
  EXPECT_EQ(to_byte_alphabet("\u00e9"), "\u00c3\u00a9");
}

TEST(ByteAlphabet, HasADifferentCharacterForEachByteAndDecodesIt) {
  std::set<std::string> characters;
  for (int byte = 0; byte < 256; ++byte) {
    const std::string bytes(1, static_cast<char>(byte));
    characters.insert(to_byte_alphabet(bytes));
    EXPECT_EQ(from_byte_alphabet(to_byte_alphabet(bytes)), bytes);
  }
  EXPECT_EQ(characters.size(), 256u);
}

TEST(ByteAlphabet, RefusesOtherCharacters) {
  for (const char* text : {" ", "a b", "\u0144", "\u2581", "\u00a0", "\n"})
    EXPECT_EQ(from_byte_alphabet(text), std::nullopt);
  EXPECT_EQ(from_byte_alphabet(""), "");
}

}  // namespace
}  // namespace pinpoint::tokenizers
