#include "text/sentencepiece_tokenizer.h"

#include <charconv>

#include "base/check.h"
#include "text/prefix.h"
#include "text/unicode.h"

namespace pinpoint::text {
namespace {

using Type = SentencePiece::Type;

constexpr std::string_view replacement = "\uFFFD";

/// 0xAB of the piece "<0xAB>". \throws UserError if it is written otherwise
unsigned char byte_of(const std::string& piece, const std::string& name) {
  unsigned char byte = 0;
  const char* const end = piece.data() + piece.size() - 1;
  const bool is_framed = piece.size() == 6 && piece.starts_with("<0x") && piece.ends_with(">");
  validate(is_framed && std::from_chars(piece.data() + 3, end, byte, 16).ptr == end,
           "{}: \"{}\" is no byte's piece; copy the model's tokenizer.model anew", name, piece);
  return byte;
}

/// Appends `bytes`, whatever is not UTF-8 replaced, and empties them.
void flush_bytes(std::string& bytes, std::string& text) {
  for (std::string_view rest = bytes; !rest.empty();) text += take_character(rest).value_or(replacement);
  bytes.clear();
}

}  // namespace

SentencePieceTokenizer::SentencePieceTokenizer(std::string_view serialized_model, const std::string& name)
    : model_(parse_sentencepiece_model(serialized_model, name)) {
  for (TokenId id = 0; id < vocabulary_size(); ++id) add_piece(id, name);
  check_vocabulary(name);
}

void SentencePieceTokenizer::add_piece(TokenId id, const std::string& name) {
  const SentencePiece& piece = model_.pieces[static_cast<std::size_t>(id)];
  bool is_new = true;
  if (piece.type == Type::normal || piece.type == Type::user_defined)
    is_new = mergeable_.emplace(piece.text, id).second;
  if (piece.type == Type::byte) is_new = bytes_.emplace(byte_of(piece.text, name), id).second;
  if (piece.type == Type::user_defined) user_defined_.push_back(piece.text);
  if (piece.type == Type::unknown) unknown_ = id;
  if (piece.type == Type::control || piece.type == Type::unknown || piece.type == Type::user_defined) {
    is_new &= special_.emplace(piece.text, id).second;
    special_forms_.push_back(piece.text);
  }
  validate(is_new, "{}: the model has the piece \"{}\" twice; copy the model's tokenizer.model anew", name, piece.text);
}

void SentencePieceTokenizer::check_vocabulary(const std::string& name) const {
  validate(unknown_ >= 0, "{}: the model has no unknown piece; copy the model's tokenizer.model anew", name);
  validate(bytes_.empty() || bytes_.size() == 256,
           "{}: the model has pieces for {} bytes (all 256 are needed, or none); copy the model's tokenizer.model anew",
           name, bytes_.size());
}

TokenIds SentencePieceTokenizer::encode(std::string_view text) const {
  TokenIds ids;
  if (text.empty()) return ids;
  const std::string prepared = prepare(text);
  const auto score_of = [this](std::string_view piece) -> std::optional<float> {
    const auto found = mergeable_.find(piece);
    if (found == mergeable_.end()) return std::nullopt;
    return model_.pieces[static_cast<std::size_t>(found->second)].score;
  };
  for (std::string_view piece : merge_pairs(symbols_of(prepared), score_of)) append_ids(piece, ids);
  return ids;
}

/// With marks in place of spaces, and only well-formed characters.
std::string SentencePieceTokenizer::prepare(std::string_view text) const {
  std::string prepared;
  if (model_.add_dummy_prefix) prepared += space_mark;
  while (!text.empty()) {
    const std::string_view character = take_character(text).value_or(replacement);
    prepared += character == " " ? space_mark : character;
  }
  return prepared;
}

/// User-defined symbols whole, the rest character by character.
std::vector<Symbol> SentencePieceTokenizer::symbols_of(std::string_view prepared) const {
  std::vector<Symbol> symbols;
  while (!prepared.empty()) {
    const std::size_t size = longest_prefix(prepared, user_defined_).size();
    symbols.push_back({size > 0 ? prepared.substr(0, size) : prepared, size > 0});
    if (size > 0) {
      prepared.remove_prefix(size);
    } else {
      symbols.back().text = *take_character(prepared);
    }
  }
  return symbols;
}

void SentencePieceTokenizer::append_ids(std::string_view piece, TokenIds& ids) const {
  if (const auto found = mergeable_.find(piece); found != mergeable_.end()) {
    ids.push_back(found->second);
  } else if (bytes_.empty()) {
    if (ids.empty() || ids.back() != unknown_) ids.push_back(unknown_);
  } else {
    for (char byte : piece) ids.push_back(bytes_.at(static_cast<unsigned char>(byte)));
  }
}

std::string SentencePieceTokenizer::decode(const TokenIds& ids) const {
  std::string text, bytes;
  bool at_start = true;
  for (TokenId id : ids) {
    validate(id >= 0 && id < vocabulary_size(),
             "token id {} is outside the vocabulary (it has {} pieces, ids 0 to {}); decode with the tokenizer that "
             "made the ids",
             id, vocabulary_size(), vocabulary_size() - 1);
    const SentencePiece& piece = model_.pieces[static_cast<std::size_t>(id)];
    if (piece.type == Type::byte) {
      bytes += static_cast<char>(byte_of(piece.text, {}));
      continue;
    }
    flush_bytes(bytes, text);
    at_start = at_start && text.empty();
    text += text_of(piece, at_start);
    // The space in front of a text is taken off once, even where nothing else is in the piece.
    if (piece.text.starts_with(space_mark)) at_start = false;
  }
  flush_bytes(bytes, text);
  return text;
}

std::string SentencePieceTokenizer::text_of(const SentencePiece& piece, bool at_start) const {
  if (piece.type == Type::control) return {};
  if (piece.type == Type::unknown) return model_.unknown_text;
  std::string_view rest = piece.text;
  if (at_start && model_.add_dummy_prefix && rest.starts_with(space_mark)) rest.remove_prefix(space_mark.size());
  std::string text;
  while (!rest.empty()) {
    const std::string_view character = take_character(rest).value_or(replacement);
    text += character == space_mark ? " " : character;
  }
  return text;
}

std::optional<TokenId> SentencePieceTokenizer::special(std::string_view form) const {
  const auto found = special_.find(form);
  return found == special_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace pinpoint::text
