/// \file
/// The byte alphabet: byte-level vocabularies write each byte as one visible character.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pinpoint::tokenizers {

/// Writes every byte as the character that GPT-2's `bytes_to_unicode` (encoder.py) assigns to it: the Latin-1 character
/// if it is visible, else the next free character from U+0100 on. The blank is "Ġ".
std::string to_byte_alphabet(std::string_view bytes);

/// The bytes that `text` represents. None if it has a character outside the alphabet.
std::optional<std::string> from_byte_alphabet(std::string_view text);

}  // namespace pinpoint::tokenizers
