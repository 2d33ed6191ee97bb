#include "language/tokenizers/sentencepiece_tokenizer.h"

#include <algorithm>

#include "language/tokenizers/sentencepiece_model.h"
#include "system/base/check.h"
#include "system/base/unicode.h"

namespace pinpoint::tokenizers {
namespace {

using text::TokenId;
using text::TokenIds;

std::vector<AddedToken> forms_of(const std::map<TokenId, AddedToken>& tokens) {
  std::vector<AddedToken> all;
  for (const auto& [id, token] : tokens) all.push_back(token);
  return all;
}

/// The special tokens of the model.
std::vector<AddedToken> own_tokens(const SentencePieceProcessor& model) {
  std::vector<AddedToken> own;
  for (TokenId id = 0; id < model.piece_count(); ++id)
    if (model.is_special(id)) own.push_back({.id = id, .form = model.piece(id), .special = true});
  return own;
}

std::map<TokenId, AddedToken> by_id(const std::vector<AddedToken>& tokens) {
  std::map<TokenId, AddedToken> map;
  for (const AddedToken& token : tokens) map.emplace(token.id, token);
  return map;
}

void append(TokenIds& ids, const TokenIds& more) { ids.insert(ids.end(), more.begin(), more.end()); }

}  // namespace

SentencePieceTokenizer::SentencePieceTokenizer(std::string_view serialized_model, const std::string& name,
                                               const SentencePieceSettings& settings)
    : model_(serialized_model, name), blank_before_(settings.blank_before), added_(by_id(settings.added)),
      found_in_plain_text_(settings.added), found_in_all_([&] {
        auto all = added_;
        all.merge(by_id(own_tokens(model_)));  // the declared flags count
        if (settings.adds_user_defined) {
          for (const TokenId id : user_defined_pieces(serialized_model))
            all.try_emplace(id, AddedToken{.id = id, .form = model_.piece(id)});
        }
        return forms_of(all);
      }()) {
  if (blank_before_ != BlankBefore::every_stretch)
    without_blank_.emplace(without_blank_in_front(serialized_model), name);
  size_ = std::max(model_.piece_count(), added_.empty() ? 0 : added_.rbegin()->first + 1);
  for (TokenId id = 0; id < size_; ++id) {
    const auto added = added_.find(id);
    if (added == added_.end() ? model_.is_special(id) : added->second.special)
      special_forms_.push_back(added == added_.end() ? model_.piece(id) : added->second.form);
  }
  bos_ = settings.bos ? special(*settings.bos) : model_.bos();
  eos_ = settings.eos ? special(*settings.eos) : model_.eos();
}

TokenIds SentencePieceTokenizer::encode(std::string_view text) const {
  if (!found_in_plain_text_.finds_in_plain_text()) return model_.encode(text);
  if (!is_utf8(text)) return encode(well_formed(text));
  TokenIds ids;
  for (const Part& part : found_in_plain_text_.cut(text, {&whole_text, 1})) {
    const bool begins_text = part.text.data() == text.data();
    if (part.added)
      ids.push_back(*part.added);
    else
      append(ids, begins_text ? model_.encode(part.text) : encode_stretch(part.text, false));
  }
  return ids;
}

TokenIds SentencePieceTokenizer::encode_with_added_tokens(std::string_view text,
                                                          std::span<const text::TextRange> plain) const {
  if (!is_utf8(text)) {
    const auto ranges = mapped_ranges(plain, text, well_formed);
    return encode_with_added_tokens(well_formed(text), ranges);
  }
  TokenIds ids;
  for (const Part& part : found_in_all_.cut(text, plain)) {
    if (part.added)
      ids.push_back(*part.added);
    else
      append(ids, encode_stretch(part.text, part.text.data() == text.data()));
  }
  return ids;
}

TokenIds SentencePieceTokenizer::encode_stretch(std::string_view stretch, bool begins_text) const {
  if (blank_before_ == BlankBefore::every_stretch) return model_.encode(stretch);
  const bool has_blank = stretch.starts_with(' ') || stretch.starts_with(piece_blank);
  const bool needs_blank =
      blank_before_ == BlankBefore::unless_it_has_one || (blank_before_ == BlankBefore::only_of_text && begins_text);
  return needs_blank && !has_blank ? model_.encode(stretch) : without_blank_->encode(stretch);
}

std::string SentencePieceTokenizer::decode(const TokenIds& ids) const {
  std::string text;
  TokenIds stretch;
  bool begins_text = true;
  const auto add_stretch = [&] {
    if (!stretch.empty()) text += decode_stretch(stretch, begins_text);
    begins_text = begins_text && stretch.empty();
    stretch.clear();
  };
  for (const TokenId id : ids) {
    validate(id >= 0 && id < size_,
             "token id {} is outside the vocabulary (it has {} tokens, ids 0 to {}); decode with the tokenizer that "
             "made the ids",
             id, size_, size_ - 1);
    const auto added = added_.find(id);
    if (added == added_.end() || (id < model_.piece_count() && model_.is_special(id))) {
      stretch.push_back(id);
      continue;
    }
    add_stretch();
    if (!added->second.special) text += added->second.form;
    begins_text = begins_text && added->second.special;
  }
  add_stretch();
  return text;
}

std::string SentencePieceTokenizer::decode_stretch(const TokenIds& ids, bool begins_text) const {
  const bool may_have_blank = begins_text || blank_before_ == BlankBefore::every_stretch;
  return may_have_blank ? model_.decode(ids) : without_blank_->decode(ids);
}

std::optional<TokenId> SentencePieceTokenizer::special(std::string_view form) const {
  for (const auto& [id, token] : added_)
    if (token.form == form) return id;
  const auto id = model_.id_of(form);
  return id && model_.is_special(*id) ? id : std::nullopt;
}

}  // namespace pinpoint::tokenizers
