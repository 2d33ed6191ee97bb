/// \file
/// Finds the tokens that were added to a vocabulary in a text.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "language/text/tokenizer.h"

namespace pinpoint::tokenizers {

struct AddedToken {
  text::TokenId id = 0;
  std::string form;
  bool special = false;
  bool strips_left = false, strips_right = false;  ///< the token includes white space on that side
  bool in_normalized_text = false;                 ///< searched for after the text is normalised, not before
};

/// Part of a text: an added token, or the text between two of them.
struct Part {
  std::string_view text;
  std::optional<text::TokenId> added;
};

/// Finds added tokens as Hugging Face's library does with `encode_special_tokens`: from left to right, and of those
/// that begin at the same place the longest. Special tokens stay text, but no token is found inside them.
class AddedTokenFinder {
 public:
  explicit AddedTokenFinder(std::vector<AddedToken> tokens);

  /// The parts of `text`, none of them empty. \pre `text` is well-formed UTF-8
  std::vector<Part> cut(std::string_view text) const;

 private:
  const AddedToken* longest_at_start(std::string_view text) const;

  std::vector<AddedToken> tokens_;  // the longest first
  std::array<bool, 256> begins_{};  // whether a token begins with that byte
  bool finds_any_ = false;
};

}  // namespace pinpoint::tokenizers
