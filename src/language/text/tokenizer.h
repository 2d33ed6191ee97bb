/// \file
/// Converts between text and token ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pinpoint::text {

using TokenId = std::int64_t;
using TokenIds = std::vector<TokenId>;

/// The bytes [begin, end) of a text.
struct TextRange {
  std::size_t begin = 0, end = 0;
};

/// A vocabulary with *added tokens*: tokens that are searched for in a text before the rest is tokenized. Some of them
/// are *special* ("<s>", "<|im_start|>"): they structure a prompt, and have no text. Others are ordinary text (Qwen3's
/// "<think>").
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// Plain text to ids: no BOS is added, and text that looks like a special token stays text. Added tokens that are not
  /// special are found.
  virtual TokenIds encode(std::string_view text) const = 0;
  /// A text with special tokens to ids, as Hugging Face's `encode(text, add_special_tokens=False)`: every added token
  /// becomes its id, by its flags. With `lstrip` or `rstrip`, it takes in the white space on that side. With
  /// `single_word`, it is no part of a longer word. With `normalized`, it is searched for after the text is normalised.
  /// Whether the text behind an added token begins with a blank, as the beginning of a text does for some tokenizers,
  /// depends on the tokenizer. So the whole text must be encoded by one call. No BOS is added.
  /// \param plain parts of the text in which special tokens stay text, for example what a user wrote. A special token
  ///              that begins or ends within such a part is text. In ascending order, without overlaps; an end may lie
  ///              behind the text.
  virtual TokenIds encode_with_added_tokens(std::string_view text, std::span<const TextRange> plain) const = 0;
  TokenIds encode_with_added_tokens(std::string_view text) const { return encode_with_added_tokens(text, {}); }
  /// Ids to text. \throws UserError for an id outside the vocabulary
  virtual std::string decode(const TokenIds& ids) const = 0;
  /// The id of a special token by its surface form ("<s>", "</s>"), or of an added token that is not special (Qwen3's
  /// "<think>"); none if there is no such token.
  virtual std::optional<TokenId> special(std::string_view form) const = 0;
  /// The surface forms of all special tokens, in order of their ids.
  virtual const std::vector<std::string>& special_forms() const = 0;
  virtual std::optional<TokenId> bos() const = 0;
  virtual std::optional<TokenId> eos() const = 0;
  virtual std::int64_t vocabulary_size() const = 0;
};

}  // namespace pinpoint::text
