/// \file
/// Regular expressions as tokenizers publish them.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace pinpoint::tokenizers {

/// A pattern over Unicode text, run by PCRE2, compiled to machine code if PCRE2 supports the processor.
///
/// Published patterns are written for other libraries (Oniguruma, Rust's regex). Where PCRE2 differs, the meaning is
/// that of those libraries: \s is Unicode's White_Space (PCRE2 adds U+180E), and ^ and $ match at every line. What
/// differs and occurs in no published pattern is refused by name: \w, \b and similar, [:classes:], sets within sets,
/// patterns that match the empty text.
class Pattern {
 public:
  /// \param where the pattern is, for messages
  /// \throws UserError if it is not a pattern, or is not supported
  Pattern(std::string_view expression, const std::string& where);
  /// Matches `text` itself.
  static Pattern literal(std::string_view text, const std::string& where);

  /// Calls `use` with begin and end of every match, from left to right. Matches are not empty and do not overlap.
  /// \pre `text` is well-formed UTF-8
  /// \throws UserError if a match takes millions of steps
  void each_match(std::string_view text, const std::function<void(std::size_t, std::size_t)>& use) const;

 private:
  std::shared_ptr<void> code_;  // PCRE2's object; immutable, so copies and threads share it
  std::string where_;
};

}  // namespace pinpoint::tokenizers
