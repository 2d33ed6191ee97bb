/// \file
/// A prompt as a sequence of texts and special tokens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "language/text/tokenizer.h"

namespace pinpoint::text {

/// A text that is encoded as one, or the surface form of one special token. They are separate so that a special form in
/// a message ("</s>") stays text.
struct Segment {
  enum class Kind { plain, special };
  Kind kind = Kind::plain;
  std::string text;
  bool operator==(const Segment&) const = default;
};

class Prompt {
 public:
  /// Text after text continues it: both are encoded as one.
  Prompt& add_text(std::string_view text);
  Prompt& add_special(std::string_view form);
  Prompt& add(const Prompt& other);

  const std::vector<Segment>& segments() const { return segments_; }
  bool operator==(const Prompt&) const = default;

 private:
  std::vector<Segment> segments_;
};

/// \throws UserError if the tokenizer lacks a special token of the prompt
TokenIds encode(const Prompt& prompt, const Tokenizer& tokenizer);

/// `text` with every occurrence of one of `forms` as a special token. If two forms begin at the same place, the longer
/// one counts.
Prompt split_at_special_forms(std::string_view text, const std::vector<std::string>& forms);

}  // namespace pinpoint::text
