/// \file
/// A prompt as a sequence of texts and special tokens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "language/text/tokenizer.h"

namespace pinpoint::text {

/// They are separate so that a special form in a message ("</s>") stays text.
struct Segment {
  enum class Kind {
    plain,      ///< text: special forms in it stay text
    special,    ///< the surface form of one special token
    with_forms  ///< text of a template: the forms of added tokens in it become these tokens, by their flags
  };
  Kind kind = Kind::plain;
  std::string text;
  bool operator==(const Segment&) const = default;
};

class Prompt {
 public:
  /// Text after text continues it: both are encoded as one.
  Prompt& add_text(std::string_view text) { return append(Segment::Kind::plain, text); }
  Prompt& add_text_with_forms(std::string_view text) { return append(Segment::Kind::with_forms, text); }
  Prompt& add_special(std::string_view form);
  /// Text of a message. \post message_end() is its end
  Prompt& add_message(std::string_view text);
  Prompt& add(const Prompt& other);

  const std::vector<Segment>& segments() const { return segments_; }
  /// The whole prompt, with special tokens as their forms.
  std::string text() const;
  /// The byte in `text()` behind the last message; 0 if there is none.
  std::size_t message_end() const { return message_end_; }
  /// The first `bytes` of the prompt. \pre no special token is cut
  Prompt first(std::size_t bytes) const;
  bool operator==(const Prompt& other) const { return segments_ == other.segments_; }

 private:
  Prompt& append(Segment::Kind kind, std::string_view text);
  std::size_t size() const;

  std::vector<Segment> segments_;
  std::size_t message_end_ = 0;
};

/// Texts between special tokens are encoded each by itself, but a text with forms together with the texts beside it.
/// \throws UserError if the tokenizer lacks a special token of the prompt
TokenIds encode(const Prompt& prompt, const Tokenizer& tokenizer);

/// `text` with every occurrence of one of `forms` as a special token. If two forms begin at the same place, the longer
/// one counts.
Prompt split_at_special_forms(std::string_view text, const std::vector<std::string>& forms);

}  // namespace pinpoint::text
