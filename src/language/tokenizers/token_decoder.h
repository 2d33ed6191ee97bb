/// \file
/// Tokens back to text.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "language/tokenizers/replacement.h"

namespace pinpoint::tokenizers {

/// Tokens that write one byte ("<0x0A>") become those bytes; where several side by side are no UTF-8, each U+FFFD.
struct JoinByteTokens {};

/// Tokens in the byte alphabet become one text of the bytes that they write; what is no UTF-8 becomes U+FFFD.
struct JoinByteAlphabet {};

/// All tokens become one.
struct Fuse {};

/// Up to `at_front` and `at_end` times `text` is taken off each token.
struct StripTokens {
  std::string text;
  std::size_t at_front = 0, at_end = 0;
};

/// `blank` becomes a blank, and those within the first token nothing where one is put in front of every text.
struct UndoMetaspace {
  std::string blank;
  bool has_prefix = true;
};

class TokenDecoder {
 public:
  using Step = std::variant<JoinByteTokens, JoinByteAlphabet, Fuse, StripTokens, UndoMetaspace, Replacement>;
  using Tokens = std::vector<std::string>;

  TokenDecoder(std::vector<Step> steps, std::string where);

  /// Every step changes the tokens of the one before it; what the last one leaves is put together. Well-formed UTF-8
  /// if the tokens are.
  /// \throws UserError if the steps make a text many times longer, as a damaged file's may
  std::string decode(Tokens tokens) const;

 private:
  std::vector<Step> steps_;
  std::string where_;
};

}  // namespace pinpoint::tokenizers
