/// \file
/// Finds the tokens that were added to a vocabulary in a text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
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
  bool single_word = false;                        ///< no token beside a letter, digit or underscore
  bool in_normalized_text = false;                 ///< searched for after the text is normalised, not before
  std::size_t prefix = 0;                          ///< bytes at the form's begin that the normaliser put there
  bool operator==(const AddedToken&) const = default;
};

/// Part of a text: an added token, or the text between two of them.
struct Part {
  std::string_view text;
  std::optional<text::TokenId> added;
};

/// All of a text.
inline constexpr text::TextRange whole_text{0, std::string_view::npos};

/// The parts of `ranges` within [begin, end), counted from begin.
std::vector<text::TextRange> ranges_within(std::span<const text::TextRange> ranges, std::size_t begin, std::size_t end);

/// `ranges` of `text`, counted in the text that `change` makes of it. \pre `change` works from left to right: the
/// beginning of a text becomes the beginning of the changed text
std::vector<text::TextRange> mapped_ranges(std::span<const text::TextRange> ranges, std::string_view text,
                                           const std::function<std::string(std::string_view)>& change);

/// Finds added tokens as Hugging Face's library does (tokenizers 0.23, `AddedVocabulary::find_matches`): from left to
/// right, and of those that begin at the same place the longest, with the flags of each.
class AddedTokenFinder {
 public:
  explicit AddedTokenFinder(std::vector<AddedToken> tokens);

  /// The parts of `text`, none of them empty. In the ranges `plain`, special tokens stay text, but no token is found
  /// inside them, as with the library's `encode_special_tokens`. A special token that lies only partly in such a range
  /// does not exist. \pre `text` is well-formed UTF-8
  std::vector<Part> cut(std::string_view text, std::span<const text::TextRange> plain) const;

  bool empty() const { return tokens_.empty(); }
  /// Whether there are tokens that are not special.
  bool finds_in_plain_text() const { return has_ordinary_; }

 private:
  struct Match {
    const AddedToken* token = nullptr;  // none: no token begins here
    bool is_text = false;               // a special token in plain text
  };
  Match match_at(std::string_view text, std::size_t at, std::span<const text::TextRange> plain) const;

  std::vector<AddedToken> tokens_;  // the longest first
  std::array<bool, 256> begins_{};  // whether a token begins with that byte
  bool has_ordinary_ = false;       // whether a token is not special
};

}  // namespace pinpoint::tokenizers
