/// \file
/// The tokenizers of Llama-2 and Mistral: a `tokenizer.model`, with the tokens that were added to it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "language/text/tokenizer.h"
#include "language/tokenizers/added_tokens.h"
#include "language/tokenizers/sentencepiece_processor.h"

namespace pinpoint::tokenizers {

/// Before which stretches of text between added tokens a blank is put.
enum class BlankBefore {
  every_stretch,      ///< as the library does
  unless_it_has_one,  ///< those that do not begin with a blank
  only_of_text,       ///< the one at the beginning of the text, unless it begins with a blank
  none
};

/// What the files beside a `tokenizer.model` say about it.
struct SentencePieceSettings {
  /// With the ids of pieces, or ids that follow the pieces without a gap. `in_normalized_text` has no effect, because
  /// these models do not normalise.
  std::vector<AddedToken> added{};
  BlankBefore blank_before = BlankBefore::every_stretch;
  bool adds_user_defined = false;  ///< the model's user-defined pieces count as added tokens in texts with these
  std::optional<std::string> bos{}, eos{};  ///< the forms of special tokens; none: the model's own
};

/// Special tokens are the model's control pieces ("<s>", "</s>"), its unknown piece, and added tokens that are special.
/// Plain text never becomes one of them. User-defined pieces are not special tokens: the library also finds them in
/// plain text.
class SentencePieceTokenizer final : public text::Tokenizer {
 public:
  /// \param serialized_model the bytes of a `tokenizer.model`
  /// \param name             of that file, for messages
  /// \throws UserError if the bytes are not a SentencePiece model
  SentencePieceTokenizer(std::string_view serialized_model, const std::string& name,
                         const SentencePieceSettings& settings = {});

  /// Bytes that are not UTF-8 are encoded as U+FFFD. The library puts a blank before the text.
  text::TokenIds encode(std::string_view text) const override;
  using Tokenizer::encode_with_added_tokens;
  text::TokenIds encode_with_added_tokens(std::string_view text, std::span<const text::TextRange> plain) const override;
  /// Special tokens have no text. The blank that was put before a text is removed.
  std::string decode(const text::TokenIds& ids) const override;
  std::optional<text::TokenId> special(std::string_view form) const override;
  const std::vector<std::string>& special_forms() const override { return special_forms_; }
  std::optional<text::TokenId> bos() const override { return bos_; }
  std::optional<text::TokenId> eos() const override { return eos_; }
  std::int64_t vocabulary_size() const override { return size_; }

 private:
  text::TokenIds encode_stretch(std::string_view stretch, bool begins_text) const;
  std::string decode_stretch(const text::TokenIds& ids, bool begins_text) const;

  SentencePieceProcessor model_;
  std::optional<SentencePieceProcessor> without_blank_;  // the model that puts no blank before a text, if it is needed
  BlankBefore blank_before_;
  std::map<text::TokenId, AddedToken> added_;            // by id
  AddedTokenFinder found_in_plain_text_, found_in_all_;  // the latter also has the model's own tokens
  std::vector<std::string> special_forms_;
  std::optional<text::TokenId> bos_, eos_;
  text::TokenId size_;
};

}  // namespace pinpoint::tokenizers
