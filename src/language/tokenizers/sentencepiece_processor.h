/// \file
/// One `tokenizer.model`, run by the SentencePiece library.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "language/text/tokenizer.h"

namespace pinpoint::tokenizers {

class SentencePieceProcessor {
 public:
  /// \param serialized_model the bytes of a `tokenizer.model`
  /// \param name             of that file, for messages
  /// \throws UserError if the bytes are not a SentencePiece model
  SentencePieceProcessor(std::string_view serialized_model, const std::string& name);

  /// Bytes that are not UTF-8 are encoded as U+FFFD.
  text::TokenIds encode(std::string_view text) const;
  /// \pre all ids are in [0, piece_count())
  std::string decode(const text::TokenIds& ids) const;

  text::TokenId piece_count() const;
  std::string piece(text::TokenId id) const;
  /// The id of exactly that piece.
  std::optional<text::TokenId> id_of(std::string_view piece) const;
  /// Whether it is a control piece or the unknown piece.
  bool is_special(text::TokenId id) const;
  std::optional<text::TokenId> bos() const;
  std::optional<text::TokenId> eos() const;

 private:
  std::unique_ptr<void, void (*)(void*)> model_;  // the library's object
};

}  // namespace pinpoint::tokenizers
