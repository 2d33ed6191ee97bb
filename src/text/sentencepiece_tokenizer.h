/// \file
/// The tokenizers of Llama-2 and Mistral: byte-pair encoding with the vocabulary of a SentencePiece `tokenizer.model`.
///
/// This does what the SentencePiece library does, id for id, and is not that library: Debian's carries a Protocol
/// Buffers of its own, whose symbols replace those of the one that LibTorch brings, and no program can hold both.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text/byte_pair.h"
#include "text/sentencepiece_model.h"
#include "text/tokenizer.h"

namespace pinpoint::text {

/// Special tokens are the model's control pieces ("<s>", "</s>"), its unknown piece, and the symbols that its author
/// defined. Plain text never becomes a control or unknown piece because of how it looks; user-defined symbols are
/// found in plain text too, as in the library.
class SentencePieceTokenizer final : public Tokenizer {
 public:
  /// \param serialized_model the bytes of a `tokenizer.model`
  /// \param name             of that file, for messages
  /// \throws UserError if the bytes are no such model (`parse_sentencepiece_model`)
  SentencePieceTokenizer(std::string_view serialized_model, const std::string& name);
  SentencePieceTokenizer(const SentencePieceTokenizer&) = delete;
  SentencePieceTokenizer& operator=(const SentencePieceTokenizer&) = delete;

  /// Bytes that are no UTF-8 are encoded as U+FFFD. Characters without a piece become their bytes' pieces, or the
  /// unknown piece (one for a whole stretch) where the model has none for bytes.
  TokenIds encode(std::string_view text) const override;
  /// Control pieces have no text, and the space that stands in front of a text is taken off again. Bytes that are no
  /// UTF-8 become U+FFFD.
  std::string decode(const TokenIds& ids) const override;
  std::optional<TokenId> special(std::string_view form) const override;
  const std::vector<std::string>& special_forms() const override { return special_forms_; }
  std::optional<TokenId> bos() const override { return special(model_.bos); }
  std::optional<TokenId> eos() const override { return special(model_.eos); }
  std::int64_t vocabulary_size() const override { return std::ssize(model_.pieces); }

 private:
  void add_piece(TokenId id, const std::string& name);
  void check_vocabulary(const std::string& name) const;
  std::string prepare(std::string_view text) const;
  std::vector<Symbol> symbols_of(std::string_view prepared) const;
  void append_ids(std::string_view piece, TokenIds& ids) const;
  std::string text_of(const SentencePiece& piece, bool at_start) const;

  SentencePieceModel model_;
  // Views into model_.pieces.
  std::unordered_map<std::string_view, TokenId> mergeable_;  // normal and user-defined pieces
  std::unordered_map<std::string_view, TokenId> special_;
  std::vector<std::string> special_forms_, user_defined_;
  std::unordered_map<unsigned char, TokenId> bytes_;  // all 256, or none
  TokenId unknown_ = -1;
};

}  // namespace pinpoint::text
