/// \file
/// Tokenizers by byte-pair merging: those of Llama-3 and Qwen, and others that have a description.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "language/text/tokenizer.h"
#include "language/tokenizers/added_tokens.h"
#include "language/tokenizers/byte_pair_model.h"
#include "language/tokenizers/normalizer.h"
#include "language/tokenizers/pre_tokenizer.h"
#include "language/tokenizers/token_decoder.h"

namespace pinpoint::tokenizers {

/// The parts of a tokenizer as its file defines them, in the order in which a text passes through them.
struct Description {
  std::vector<AddedToken> added;
  std::vector<Normalizer::Step> normalizer;
  std::vector<PreTokenizer::Step> pre_tokenizer;
  Vocabulary vocabulary;  ///< may include the added tokens, with the same ids
  std::vector<TokenDecoder::Step> decoder;
  std::optional<std::string> bos, eos;  ///< the forms of added tokens
};

class BytePairTokenizer final : public text::Tokenizer {
 public:
  /// \param where the description comes from, for messages
  BytePairTokenizer(Description description, const std::string& where);

  /// Bytes that are not UTF-8 are encoded as U+FFFD. Added tokens that are not special are found in the text.
  text::TokenIds encode(std::string_view text) const override {
    return encode_with_added_tokens(text, {&whole_text, 1});
  }
  using Tokenizer::encode_with_added_tokens;
  text::TokenIds encode_with_added_tokens(std::string_view text, std::span<const text::TextRange> plain) const override;
  /// Special tokens have no text. Bytes that are not UTF-8, for example half a character, become U+FFFD.
  std::string decode(const text::TokenIds& ids) const override;
  std::optional<text::TokenId> special(std::string_view form) const override;
  const std::vector<std::string>& special_forms() const override { return special_forms_; }
  std::optional<text::TokenId> bos() const override { return bos_; }
  std::optional<text::TokenId> eos() const override { return eos_; }
  std::int64_t vocabulary_size() const override { return std::ssize(tokens_); }

 private:
  using Ranges = std::vector<text::TextRange>;
  void encode_part(std::string_view part, const Ranges& plain, PreTokenizer::Place place,
                   std::vector<Symbol>& symbols) const;
  const std::string& token(text::TokenId id) const;

  AddedTokenFinder added_as_written_, added_in_normalized_;
  Normalizer normalizer_;
  PreTokenizer pre_tokenizer_;
  BytePairModel model_;
  TokenDecoder decoder_;
  std::vector<std::string> tokens_;  // by id, as the file writes them
  std::vector<bool> is_special_;     // by id
  std::unordered_map<std::string, text::TokenId> added_ids_;
  std::vector<std::string> special_forms_;
  std::optional<text::TokenId> bos_, eos_;
};

}  // namespace pinpoint::tokenizers
