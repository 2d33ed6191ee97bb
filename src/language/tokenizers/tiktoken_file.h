/// \file
/// Vocabularies in the format of the library tiktoken: one line "BASE64 RANK" per token.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pinpoint::tokenizers {

/// The bytes of each token, by rank.
/// \param name of the file, for messages
/// \throws UserError, naming the line, if a line is not base64 and a rank, or a token or rank occurs twice; also if a
///         rank or one of the 256 bytes is missing
std::vector<std::string> parse_tiktoken(std::string_view text, const std::string& name);

/// Whether `text` begins like such a vocabulary.
bool looks_like_tiktoken(std::string_view text);

}  // namespace pinpoint::tokenizers
