/// \file
/// Cuts a text into pieces. Tokens are merged only within a piece.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "language/tokenizers/pattern.h"
#include "language/tokenizers/replacement.h"

namespace pinpoint::tokenizers {

/// Cuts at the matches of a pattern.
struct Split {
  /// What becomes of a match (Hugging Face's SplitDelimiterBehavior).
  enum class Matches {
    removed,
    isolated,              ///< a piece of its own
    merged_with_previous,  ///< the end of the piece before it
    merged_with_next,      ///< the beginning of the piece after it
    contiguous,            ///< a piece together with the matches that touch it
  };
  Pattern pattern;
  Matches matches = Matches::isolated;
  bool inverted = false;  ///< the text between matches counts as the matches
};

/// Puts a blank before pieces that do not begin with one.
struct PrefixBlank {};

/// As SentencePiece: blanks are written as `blank`, one may be added at the start, and each begins a piece.
struct Metaspace {
  enum class Prefix { always, only_of_text, never };
  Replacement blank{" ", "\u2581"};
  Prefix prefix = Prefix::always;
  bool split = true;
};

class PreTokenizer {
 public:
  using Step = std::variant<Split, PrefixBlank, Metaspace>;
  using UsePiece = std::function<void(std::string_view)>;
  /// Whether a piece is at the beginning of the whole text.
  enum class Place { beginning, later };

  explicit PreTokenizer(std::vector<Step> steps) : steps_(std::move(steps)) {}

  /// Calls `use` with the pieces of `text` from left to right; none is empty. Every step cuts the pieces of the
  /// previous step. Without steps, the text is one piece. \pre `text` is well-formed UTF-8
  void cut(std::string_view text, Place place, const UsePiece& use) const { cut_from(0, text, place, use); }

 private:
  void cut_from(std::size_t step, std::string_view text, Place place, const UsePiece& use) const;

  std::vector<Step> steps_;
};

}  // namespace pinpoint::tokenizers
