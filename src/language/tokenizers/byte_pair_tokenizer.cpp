#include "language/tokenizers/byte_pair_tokenizer.h"

#include <algorithm>

#include "system/base/check.h"
#include "system/base/unicode.h"

namespace pinpoint::tokenizers {
namespace {

using text::TokenId;
using text::TokenIds;

/// The tokens that are searched for before, or after, a text is normalised. The latter are normalised too.
std::vector<AddedToken> added_tokens(const Description& description, bool in_normalized_text,
                                     const std::string& where) {
  const Normalizer normalizer(description.normalizer, where);
  std::vector<AddedToken> chosen;
  for (AddedToken token : description.added) {
    if (token.in_normalized_text != in_normalized_text) continue;
    if (in_normalized_text) {
      std::string normal = normalizer.apply(token.form);
      if (normal.ends_with(token.form)) token.prefix = normal.size() - token.form.size();
      token.form = std::move(normal);
    }
    chosen.push_back(std::move(token));
  }
  return chosen;
}

}  // namespace

BytePairTokenizer::BytePairTokenizer(Description description, const std::string& where)
    : added_as_written_(added_tokens(description, false, where)),
      added_in_normalized_(added_tokens(description, true, where)), normalizer_(description.normalizer, where),
      pre_tokenizer_(std::move(description.pre_tokenizer)), model_(description.vocabulary),
      decoder_(std::move(description.decoder), where), tokens_(std::move(description.vocabulary.tokens)) {
  std::sort(description.added.begin(), description.added.end(),
            [](const AddedToken& a, const AddedToken& b) { return a.id < b.id; });
  for (const AddedToken& token : description.added) {
    PINPOINT_EXPECT(token.id >= 0);
    const auto id = static_cast<std::size_t>(token.id);
    if (id >= tokens_.size()) tokens_.resize(id + 1);
    tokens_[id] = token.form;
    added_ids_.emplace(token.form, token.id);
    is_special_.resize(tokens_.size());
    is_special_[id] = token.special;
    if (token.special) special_forms_.push_back(token.form);
  }
  is_special_.resize(tokens_.size());
  if (description.bos) bos_ = special(*description.bos);
  if (description.eos) eos_ = special(*description.eos);
}

TokenIds BytePairTokenizer::encode_with_added_tokens(std::string_view text,
                                                     std::span<const text::TextRange> plain) const {
  if (!is_utf8(text)) {
    const Ranges ranges = mapped_ranges(plain, text, well_formed);
    return encode_with_added_tokens(well_formed(text), ranges);
  }
  std::vector<Symbol> symbols;
  symbols.reserve(text.size() / 2);
  for (const Part& part : added_as_written_.cut(text, plain)) {
    const auto begin = static_cast<std::size_t>(part.text.data() - text.data());
    if (part.added)
      symbols.push_back(static_cast<Symbol>(*part.added));
    else
      encode_part(part.text, ranges_within(plain, begin, begin + part.text.size()),
                  begin == 0 ? PreTokenizer::Place::beginning : PreTokenizer::Place::later, symbols);
  }
  return {symbols.begin(), symbols.end()};
}

void BytePairTokenizer::encode_part(std::string_view part, const Ranges& plain, PreTokenizer::Place place,
                                    std::vector<Symbol>& symbols) const {
  const std::string normal = normalizer_.apply(part);
  Ranges ranges;
  if (!added_in_normalized_.empty())
    ranges = mapped_ranges(plain, part, [&](std::string_view text) { return normalizer_.apply(text); });
  for (const Part& stretch : added_in_normalized_.cut(normal, ranges)) {
    if (stretch.added)
      symbols.push_back(static_cast<Symbol>(*stretch.added));
    else
      pre_tokenizer_.cut(stretch.text, place, [&](std::string_view piece) { model_.encode(piece, symbols); });
    place = PreTokenizer::Place::later;
  }
}

std::string BytePairTokenizer::decode(const TokenIds& ids) const {
  TokenDecoder::Tokens tokens;
  for (const TokenId id : ids) {
    const std::string& written = token(id);
    if (!is_special_[static_cast<std::size_t>(id)]) tokens.push_back(written);
  }
  return decoder_.decode(std::move(tokens));
}

const std::string& BytePairTokenizer::token(TokenId id) const {
  const bool is_token = id >= 0 && id < vocabulary_size() && !tokens_[static_cast<std::size_t>(id)].empty();
  validate(is_token,
           "token id {} is outside the vocabulary (its ids are 0 to {}); decode with the tokenizer that made the ids",
           id, vocabulary_size() - 1);
  return tokens_[static_cast<std::size_t>(id)];
}

std::optional<TokenId> BytePairTokenizer::special(std::string_view form) const {
  const auto found = added_ids_.find(std::string(form));
  return found == added_ids_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace pinpoint::tokenizers
