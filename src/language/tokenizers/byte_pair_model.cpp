#include "language/tokenizers/byte_pair_model.h"

#include <algorithm>

#include "language/tokenizers/byte_alphabet.h"
#include "language/tokenizers/byte_token.h"
#include "language/tokenizers/merging.h"
#include "system/base/unicode.h"

namespace pinpoint::tokenizers {
namespace {

constexpr std::string_view blank = "\u2581";  // as SentencePiece writes it

/// Tokens as they occur in a piece: for the byte alphabet, their bytes. A token without bytes occurs in no text.
std::vector<std::string> tokens_in_pieces(const Vocabulary& vocabulary) {
  if (vocabulary.units == Units::characters) return vocabulary.tokens;
  std::vector<std::string> tokens;
  tokens.reserve(vocabulary.tokens.size());
  for (const std::string& token : vocabulary.tokens) tokens.push_back(from_byte_alphabet(token).value_or(""));
  return tokens;
}

/// Whether `token` has a blank after another character.
bool holds_inner_blank(std::string_view token) {
  for (std::size_t at = token.find(blank); at != std::string_view::npos; at = token.find(blank, at + blank.size()))
    if (at > 0 && !token.substr(0, at).ends_with(blank)) return true;
  return false;
}

}  // namespace

BytePairModel::BytePairModel(const Vocabulary& vocabulary)
    : tokens_(tokens_in_pieces(vocabulary)), merges_(vocabulary.merges), units_(vocabulary.units),
      whole_pieces_first_(vocabulary.whole_pieces_first), fuses_unknown_(vocabulary.fuses_unknown),
      unknown_(vocabulary.unknown) {
  ids_.reserve(tokens_.size());
  for (Symbol id = 0; id < tokens_.size(); ++id)
    if (!tokens_[id].empty()) ids_.emplace(tokens_[id], id);
  if (units_ == Units::bytes) fill_bytes();
  if (vocabulary.byte_fallback) fill_byte_tokens();
  blanks_begin_tokens_ =
      find(blank).has_value() && std::none_of(vocabulary.merges.begin(), vocabulary.merges.end(), [&](const Merge& m) {
        return holds_inner_blank(tokens_[m.left] + tokens_[m.right]);
      });
}

void BytePairModel::fill_bytes() {
  for (std::size_t byte = 0; byte < 256; ++byte) bytes_[byte] = find(std::string(1, static_cast<char>(byte)));
}

void BytePairModel::fill_byte_tokens() {
  std::array<Symbol, 256> found{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const auto id = find(byte_token(static_cast<unsigned char>(byte)));
    if (!id) return;
    found[byte] = *id;
  }
  byte_tokens_ = found;
}

std::optional<Symbol> BytePairModel::find(std::string_view token) const {
  const auto found = ids_.find(token);
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

void BytePairModel::encode(std::string_view piece, std::vector<Symbol>& symbols) const {
  if (whole_pieces_first_) {
    if (const auto whole = find(piece)) return symbols.push_back(*whole);
  }
  units_ == Units::bytes ? encode_bytes(piece, symbols) : encode_characters(piece, symbols);
}

void BytePairModel::encode_bytes(std::string_view piece, std::vector<Symbol>& symbols) const {
  const std::size_t first = symbols.size();
  bool after_unknown = false;
  for (const char& byte : piece) {
    const auto id = bytes_[static_cast<unsigned char>(byte)];
    id ? symbols.push_back(*id) : add_foreign(to_byte_alphabet({&byte, 1}), after_unknown, symbols);
    after_unknown = !id && !byte_tokens_;
  }
  merge_from(first, symbols);
}

void BytePairModel::encode_characters(std::string_view piece, std::vector<Symbol>& symbols) const {
  std::size_t first = symbols.size();
  bool after_blank = true, after_unknown = false;
  while (!piece.empty()) {
    std::string_view rest = piece;
    take_character(rest);
    const std::string_view character = piece.substr(0, piece.size() - rest.size());
    piece = rest;
    const bool is_blank = character == blank;
    if (is_blank && !after_blank && blanks_begin_tokens_) {
      // Nothing merges across this place, so the cut changes no token. Vocabularies of this kind have no pre-tokenizer:
      // without the cut, a text would be one long piece.
      merge_from(first, symbols);
      first = symbols.size();
    }
    after_blank = is_blank;
    const auto id = find(character);
    id ? symbols.push_back(*id) : add_foreign(character, after_unknown, symbols);
    after_unknown = !id && !byte_tokens_;
  }
  merge_from(first, symbols);
}

void BytePairModel::add_foreign(std::string_view character, bool follows_unknown, std::vector<Symbol>& symbols) const {
  if (byte_tokens_) {
    for (const char byte : character) symbols.push_back((*byte_tokens_)[static_cast<unsigned char>(byte)]);
    return;
  }
  if (unknown_ && !(follows_unknown && fuses_unknown_)) symbols.push_back(*unknown_);
}

void BytePairModel::merge_from(std::size_t first, std::vector<Symbol>& symbols) const {
  symbols.resize(first + merge(std::span(symbols).subspan(first), merges_));
}

}  // namespace pinpoint::tokenizers
