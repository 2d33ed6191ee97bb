#include "language/tokenizers/byte_alphabet.h"

#include <array>
#include <cstdint>

#include "system/base/unicode.h"

namespace pinpoint::tokenizers {
namespace {

constexpr std::size_t last_character = 0x143;  // 68 of the 256 characters are U+0100 or above

struct Alphabet {
  std::array<std::string, 256> characters;    // by byte
  std::array<int, last_character + 1> bytes;  // by character; -1: not in the alphabet
};

bool is_visible(int byte) { return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE; }

Alphabet make_alphabet() {
  Alphabet alphabet;
  alphabet.bytes.fill(-1);
  int next_free = 0x100;
  for (int byte = 0; byte < 256; ++byte) {
    const int character = is_visible(byte) ? byte : next_free++;
    alphabet.bytes[static_cast<std::size_t>(character)] = byte;
    alphabet.characters[static_cast<std::size_t>(byte)] = to_utf8(static_cast<char32_t>(character));
  }
  return alphabet;
}

const Alphabet& alphabet() {
  static const Alphabet made = make_alphabet();
  return made;
}

}  // namespace

std::string to_byte_alphabet(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += alphabet().characters[static_cast<unsigned char>(byte)];
  return text;
}

std::optional<std::string> from_byte_alphabet(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    const char32_t character = take_character(text);
    const int byte = character <= last_character ? alphabet().bytes[character] : -1;
    if (byte < 0) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

}  // namespace pinpoint::tokenizers
