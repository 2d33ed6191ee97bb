/// \file
/// Vocabularies as the library tiktoken writes them: a line "BASE64 RANK" a token.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pinpoint::tokenizers {

/// Every token's bytes, by rank.
/// \param name of the file, for messages
/// \throws UserError, naming the line, if one is no base64 and a rank, or a token or a rank stands there twice; or if
///         ranks or one of the 256 bytes are missing
std::vector<std::string> parse_tiktoken(std::string_view text, const std::string& name);

/// Whether a file begins as such a vocabulary does.
bool looks_like_tiktoken(std::string_view text);

}  // namespace pinpoint::tokenizers
