/// \file
/// Encodes pieces of text as tokens, by a vocabulary and its merges.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "language/tokenizers/merge_table.h"

namespace pinpoint::tokenizers {

/// The parts of a piece before they are merged.
enum class Units {
  bytes,       ///< the vocabulary is written in the byte alphabet
  characters,  ///< Unicode characters
};

/// A byte without a token counts as its character in the byte alphabet.
struct Vocabulary {
  std::vector<std::string> tokens;  ///< by id, as the file writes them; empty: the id does not exist
  std::vector<Merge> merges;
  Units units = Units::bytes;
  bool whole_pieces_first = false;  ///< a piece that is a token is not built by merges (`ignore_merges`)
  bool byte_fallback = false;       ///< a character without a token becomes its bytes ("<0xE2>"), if they are tokens
  std::optional<Symbol> unknown;    ///< otherwise this token; none: nothing
  bool fuses_unknown = false;       ///< consecutive unknown characters become one such token
};

class BytePairModel {
 public:
  explicit BytePairModel(const Vocabulary& vocabulary);

  /// Appends the tokens of `piece`. \pre `piece` is well-formed UTF-8
  void encode(std::string_view piece, std::vector<Symbol>& symbols) const;

 private:
  std::optional<Symbol> find(std::string_view token) const;
  void fill_bytes();
  void fill_byte_tokens();
  void encode_bytes(std::string_view piece, std::vector<Symbol>& symbols) const;
  void encode_characters(std::string_view piece, std::vector<Symbol>& symbols) const;
  void add_foreign(std::string_view character, bool follows_unknown, std::vector<Symbol>& symbols) const;
  void merge_from(std::size_t first, std::vector<Symbol>& symbols) const;

  std::vector<std::string> tokens_;                   // by id, as they occur in a piece
  std::unordered_map<std::string_view, Symbol> ids_;  // of `tokens_`
  MergeTable merges_;
  Units units_;
  bool whole_pieces_first_, fuses_unknown_;
  std::optional<Symbol> unknown_;
  std::array<std::optional<Symbol>, 256> bytes_;        // the token of each byte, if units are bytes
  std::optional<std::array<Symbol, 256>> byte_tokens_;  // the token of each byte, for `byte_fallback`
  bool blanks_begin_tokens_ = false;
};

}  // namespace pinpoint::tokenizers
