/// \file
/// How a text is cut into the pieces within which tokens are merged.
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
    merged_with_next,      ///< the beginning of the piece behind it
    contiguous,            ///< a piece together with the matches that touch it
  };
  Pattern pattern;
  Matches matches = Matches::isolated;
  bool inverted = false;  ///< the stretches between matches count as the matches
};

/// Puts a blank in front of pieces that do not begin with one.
struct PrefixBlank {};

/// SentencePiece's way: blanks are written as `blank`, one of them may be put in front, and each begins a piece.
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
  /// Whether a piece stands at the beginning of the whole text.
  enum class Place { beginning, later };

  explicit PreTokenizer(std::vector<Step> steps) : steps_(std::move(steps)) {}

  /// Calls `use` with the pieces of `text`, none of them empty, from left to right. Every step cuts the pieces of the
  /// one before it; without steps the text is one piece. \pre `text` is well-formed UTF-8
  void cut(std::string_view text, Place place, const UsePiece& use) const { cut_from(0, text, place, use); }

 private:
  void cut_from(std::size_t step, std::string_view text, Place place, const UsePiece& use) const;

  std::vector<Step> steps_;
};

}  // namespace pinpoint::tokenizers
