/// \file
/// Converts between text and token ids.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pinpoint::text {

using TokenId = std::int64_t;
using TokenIds = std::vector<TokenId>;

class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// Plain text to ids: no BOS is added, and text that looks like a special token stays text.
  virtual TokenIds encode(std::string_view text) const = 0;
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
