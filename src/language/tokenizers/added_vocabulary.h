/// \file
/// The tokens that files add to a vocabulary, and their ids.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "language/text/tokenizer.h"
#include "language/tokenizers/added_tokens.h"

namespace pinpoint::tokenizers {

/// A token as a file declares it.
struct TokenDeclaration {
  AddedToken token;                 ///< without its id
  std::optional<text::TokenId> id;  ///< none: the one in the vocabulary, else the next free one
  bool has_flags = true;            ///< false: the flags of another declaration count, if there is one
  std::string where;                ///< the file and its key, for messages
};

/// Gives added tokens their ids as Hugging Face's library does (tokenizers 0.23, `AddedVocabulary::add_tokens`): a
/// token of the vocabulary keeps its id, and others follow the vocabulary without a gap, in the order of their
/// declarations. The library ignores ids that a file declares. Here a different id is refused: the model was trained
/// with one of them, and it is unknown which.
class AddedVocabulary {
 public:
  /// \param vocabulary by id; empty: the id does not exist. It must outlive this object.
  /// \param added tokens that are added already, with their ids
  explicit AddedVocabulary(const std::vector<std::string>& vocabulary, std::vector<AddedToken> added = {});

  /// Adds a token, or gives a token that is added already its new flags.
  /// \throws UserError if its id is another token's, or not the one that the token has, or leaves a gap
  void add(const TokenDeclaration& declaration);
  /// \throws UserError if the token has another id
  void check(const TokenDeclaration& declaration) const;

  const std::vector<AddedToken>& tokens() const { return added_; }

 private:
  std::optional<text::TokenId> id_of(std::string_view form) const;
  std::string token_with(text::TokenId id) const;
  text::TokenId next_free() const;
  AddedToken* find(std::string_view form);

  const std::vector<std::string>& vocabulary_;
  std::unordered_map<std::string_view, text::TokenId> ids_;  // of the vocabulary
  std::vector<AddedToken> added_;
};

}  // namespace pinpoint::tokenizers
