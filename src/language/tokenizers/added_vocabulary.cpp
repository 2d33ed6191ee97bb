#include "language/tokenizers/added_vocabulary.h"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "system/base/check.h"

namespace pinpoint::tokenizers {
namespace {

using text::TokenId;

/// A token in messages.
std::string in_quotes(const std::string& form) { return nlohmann::json(form).dump(); }

}  // namespace

AddedVocabulary::AddedVocabulary(const std::vector<std::string>& vocabulary, std::vector<AddedToken> added)
    : vocabulary_(vocabulary), added_(std::move(added)) {
  ids_.reserve(vocabulary.size());
  for (TokenId id = 0; const std::string& token : vocabulary) {
    if (!token.empty()) ids_.emplace(token, id);
    ++id;
  }
}

void AddedVocabulary::add(const TokenDeclaration& declaration) {
  check(declaration);
  AddedToken token = declaration.token;
  const TokenId next = next_free();
  token.id = id_of(token.form).value_or(next);
  const std::string other = token_with(declaration.id.value_or(token.id));
  validate(other.empty() || other == token.form,
           "{}: {} has the id {}, which is that of the token {}; correct the id, or copy the model's files anew",
           declaration.where, in_quotes(token.form), declaration.id.value_or(token.id), in_quotes(other));
  validate(!declaration.id || *declaration.id == token.id,
           "{}: {} has the id {}, but the next free id is {} (added tokens follow the vocabulary without a gap, in the "
           "order of their ids); correct the id, or copy the model's files anew",
           declaration.where, in_quotes(token.form), declaration.id.value_or(0), next);
  AddedToken* const known = find(token.form);
  if (!known)
    added_.push_back(token);
  else if (declaration.has_flags)
    *known = token;
}

void AddedVocabulary::check(const TokenDeclaration& declaration) const {
  const auto known = id_of(declaration.token.form);
  validate(!known || !declaration.id || *known == *declaration.id,
           "{}: {} has the id {} here, but {} elsewhere in the model's folder; correct the one that is wrong, or copy "
           "the model's files anew",
           declaration.where, in_quotes(declaration.token.form), declaration.id.value_or(0), known.value_or(0));
}

std::optional<TokenId> AddedVocabulary::id_of(std::string_view form) const {
  const auto added = std::find_if(added_.begin(), added_.end(), [&](const AddedToken& t) { return t.form == form; });
  if (added != added_.end()) return added->id;
  const auto found = ids_.find(form);
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

std::string AddedVocabulary::token_with(TokenId id) const {
  const auto added = std::find_if(added_.begin(), added_.end(), [&](const AddedToken& t) { return t.id == id; });
  if (added != added_.end()) return added->form;
  return id >= 0 && id < std::ssize(vocabulary_) ? vocabulary_[static_cast<std::size_t>(id)] : std::string();
}

TokenId AddedVocabulary::next_free() const {
  TokenId next = std::ssize(ids_);
  for (const AddedToken& token : added_) next = std::max(next, token.id + 1);
  return next;
}

AddedToken* AddedVocabulary::find(std::string_view form) {
  const auto found = std::find_if(added_.begin(), added_.end(), [&](const AddedToken& t) { return t.form == form; });
  return found == added_.end() ? nullptr : &*found;
}

}  // namespace pinpoint::tokenizers
