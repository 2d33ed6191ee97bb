/// \file
/// Regular expressions as tokenizers publish them.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace pinpoint::tokenizers {

/// A pattern over Unicode text, run by PCRE2's compiler to machine code where the processor has one.
///
/// Published patterns are written for other libraries (Oniguruma, Rust's regex), which mean the same by nearly all that
/// they use. Where not, the meaning is theirs: \s is Unicode's White_Space (PCRE2 has U+180E beside it), and ^ and $
/// match at every line. What means something else there and occurs in no published pattern is refused by name: \w, \b
/// and their like, [:classes:], sets within sets, patterns that match the empty text.
class Pattern {
 public:
  /// \param where the pattern stands, for messages
  /// \throws UserError if it is no pattern, or holds what is not supported
  Pattern(std::string_view expression, const std::string& where);
  /// Matches `text` itself.
  static Pattern literal(std::string_view text, const std::string& where);

  /// Calls `use` with begin and end of every match, from left to right; none is empty, none overlap.
  /// \pre `text` is well-formed UTF-8
  /// \throws UserError if a match takes millions of steps
  void each_match(std::string_view text, const std::function<void(std::size_t, std::size_t)>& use) const;

 private:
  std::shared_ptr<void> code_;  // PCRE2's own; immutable, so copies and threads share it
  std::string where_;
};

}  // namespace pinpoint::tokenizers
