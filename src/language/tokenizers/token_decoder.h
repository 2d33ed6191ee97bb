/// \file
/// Converts tokens back to text.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "language/tokenizers/replacement.h"

namespace pinpoint::tokenizers {

/// Tokens of one byte ("<0x0A>") become those bytes. If adjacent ones are not UTF-8 together, each becomes U+FFFD.
struct JoinByteTokens {};

/// Tokens in the byte alphabet become one text of their bytes. What is not UTF-8 becomes U+FFFD.
struct JoinByteAlphabet {};

/// Joins all tokens into one.
struct Fuse {};

/// Removes `text` from each token, up to `at_front` times at the front and `at_end` times at the end.
struct StripTokens {
  std::string text;
  std::size_t at_front = 0, at_end = 0;
};

/// `blank` becomes a blank. With `has_prefix`, those in the first token are removed.
struct UndoMetaspace {
  std::string blank;
  bool has_prefix = true;
};

class TokenDecoder {
 public:
  using Step = std::variant<JoinByteTokens, JoinByteAlphabet, Fuse, StripTokens, UndoMetaspace, Replacement>;
  using Tokens = std::vector<std::string>;

  TokenDecoder(std::vector<Step> steps, std::string where);

  /// Every step changes the tokens of the previous step. The tokens after the last step are joined. The result is
  /// well-formed UTF-8 if the tokens are.
  /// \throws UserError if the steps make a text many times longer, which those of a damaged file can do
  std::string decode(Tokens tokens) const;

 private:
  std::vector<Step> steps_;
  std::string where_;
};

}  // namespace pinpoint::tokenizers
