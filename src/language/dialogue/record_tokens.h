/// \file
/// The token ids whose logits are recorded (docs/method.md, 3.1).
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "language/text/tokenizer.h"

namespace pinpoint::dialogue {

struct RecordToken {
  text::TokenId id = 0;     ///< the first token of the word
  std::int64_t pieces = 1;  ///< tokens of the whole word; more than one is worth a warning
};

/// \throws UserError for a word without tokens
RecordToken record_token(const std::string& word, const text::Tokenizer& tokenizer);

/// The tokens of both words. \throws UserError if they have the same id: every metric would be constant
std::pair<RecordToken, RecordToken> record_tokens(const std::string& apology, const std::string& confirm,
                                                  const text::Tokenizer& tokenizer);

}  // namespace pinpoint::dialogue
