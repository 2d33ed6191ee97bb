/// \file
/// The tokenizers of Llama-2 and Mistral: a `tokenizer.model`, run by the SentencePiece library.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "language/text/tokenizer.h"

namespace pinpoint::tokenizers {

/// Special tokens are the model's control pieces ("<s>", "</s>") and its unknown piece. Plain text never becomes one of
/// them. User-defined symbols are not special tokens: the library also finds them in plain text.
class SentencePieceTokenizer final : public text::Tokenizer {
 public:
  /// \param serialized_model the bytes of a `tokenizer.model`
  /// \param name             of that file, for messages
  /// \throws UserError if the bytes are not a SentencePiece model
  SentencePieceTokenizer(std::string_view serialized_model, const std::string& name);

  /// Bytes that are not UTF-8 are encoded as U+FFFD.
  text::TokenIds encode(std::string_view text) const override;
  /// Special tokens have no text. The blank that SentencePiece puts before a text is removed.
  std::string decode(const text::TokenIds& ids) const override;
  std::optional<text::TokenId> special(std::string_view form) const override;
  const std::vector<std::string>& special_forms() const override { return special_forms_; }
  std::optional<text::TokenId> bos() const override;
  std::optional<text::TokenId> eos() const override;
  std::int64_t vocabulary_size() const override;

 private:
  std::string piece(int id) const;

  std::unique_ptr<void, void (*)(void*)> model_;  // the library's object
  std::vector<std::string> special_forms_;
};

}  // namespace pinpoint::tokenizers
