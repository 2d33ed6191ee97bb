/// \file
/// Changes a text before it is tokenized.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "language/tokenizers/pattern.h"
#include "language/tokenizers/replacement.h"

namespace pinpoint::tokenizers {

/// Unicode's normal forms, by ICU's tables.
enum class NormalForm { nfc, nfd, nfkc, nfkd };

/// \pre `text` is well-formed UTF-8
std::string normalized(std::string_view text, NormalForm form);

/// Puts `text` before every text that is not empty.
struct Prepend {
  std::string text;
};

/// Replaces every match of `pattern` by `to`.
struct PatternReplacement {
  Pattern pattern;
  std::string to;
};

class Normalizer {
 public:
  using Step = std::variant<NormalForm, Prepend, Replacement, PatternReplacement>;

  Normalizer(std::vector<Step> steps, std::string where);

  /// \pre `text` is well-formed UTF-8
  /// \throws UserError if the steps make a text many times longer, which those of a damaged file can do
  std::string apply(std::string_view text) const;

 private:
  std::vector<Step> steps_;
  std::string where_;
};

}  // namespace pinpoint::tokenizers
