/// \file
/// The token ids whose logits are recorded (method: section 3).
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "language/text/tokenizer.h"

namespace pinpoint::dialogue {

struct RecordToken {
  text::TokenId id = 0;     ///< the first of its word
  std::int64_t pieces = 1;  ///< ids that the whole word has; more than one is worth a warning
};

/// \throws UserError for a word that has no id
RecordToken record_token(const std::string& word, const text::Tokenizer& tokenizer);

/// Both words' tokens. \throws UserError if they are the same id, with which every metric would be constant
std::pair<RecordToken, RecordToken> record_tokens(const std::string& apology, const std::string& confirm,
                                                  const text::Tokenizer& tokenizer);

}  // namespace pinpoint::dialogue
