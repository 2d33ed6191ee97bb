/// \file
/// How byte-level vocabularies write bytes: as one visible character each.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pinpoint::tokenizers {

/// Every byte as the character that GPT-2's `bytes_to_unicode` (encoder.py) gives it: itself where Latin-1 has a
/// visible character there, else the next free one from U+0100 on; the blank is "Ġ".
std::string to_byte_alphabet(std::string_view bytes);

/// The bytes that `text` writes, or none if it holds a character that stands for no byte.
std::optional<std::string> from_byte_alphabet(std::string_view text);

}  // namespace pinpoint::tokenizers
