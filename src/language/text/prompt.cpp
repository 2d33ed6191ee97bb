#include "language/text/prompt.h"

#include <algorithm>
#include <span>

#include "system/base/check.h"

namespace pinpoint::text {
namespace {

/// The longest of `forms` that `text` starts with; empty if there is none.
std::string_view form_at_start(std::string_view text, const std::vector<std::string>& forms) {
  std::string_view longest;
  for (const std::string& form : forms) {
    if (form.size() > longest.size() && text.starts_with(form)) longest = form;
  }
  return longest;
}

TokenId id_of(const Segment& segment, const Tokenizer& tokenizer) {
  const auto id = tokenizer.special(segment.text);
  validate(id.has_value(),
           "model.chat_template: the tokenizer has no special token {} (the template belongs to another model); "
           "choose another template",
           segment.text);
  return *id;
}

/// Texts between two special tokens.
TokenIds encode_texts(std::span<const Segment> segments, const Tokenizer& tokenizer) {
  std::string text;
  std::vector<TextRange> plain;
  for (const Segment& segment : segments) {
    if (segment.kind == Segment::Kind::plain) plain.push_back({text.size(), text.size() + segment.text.size()});
    text += segment.text;
  }
  return plain.size() == segments.size() ? tokenizer.encode(text) : tokenizer.encode_with_added_tokens(text, plain);
}

}  // namespace

Prompt& Prompt::append(Segment::Kind kind, std::string_view text) {
  if (text.empty()) return *this;
  if (segments_.empty() || segments_.back().kind != kind) segments_.push_back({kind, {}});
  segments_.back().text += text;
  return *this;
}

Prompt& Prompt::add_message(std::string_view text) {
  add_text(text);
  message_end_ = size();
  return *this;
}

Prompt& Prompt::add_special(std::string_view form) {
  segments_.push_back({Segment::Kind::special, std::string(form)});
  return *this;
}

Prompt& Prompt::add(const Prompt& other) {
  if (other.message_end_ > 0) message_end_ = size() + other.message_end_;
  for (const Segment& segment : other.segments())
    segment.kind == Segment::Kind::special ? add_special(segment.text) : append(segment.kind, segment.text);
  return *this;
}

std::size_t Prompt::size() const {
  std::size_t bytes = 0;
  for (const Segment& segment : segments_) bytes += segment.text.size();
  return bytes;
}

std::string Prompt::text() const {
  std::string text;
  for (const Segment& segment : segments_) text += segment.text;
  return text;
}

Prompt Prompt::first(std::size_t bytes) const {
  Prompt prompt;
  for (const Segment& segment : segments_) {
    if (bytes == 0) break;
    const std::size_t taken = std::min(bytes, segment.text.size());
    prompt.segments_.push_back({segment.kind, segment.text.substr(0, taken)});
    bytes -= taken;
  }
  prompt.message_end_ = std::min(message_end_, prompt.size());
  return prompt;
}

TokenIds encode(const Prompt& prompt, const Tokenizer& tokenizer) {
  TokenIds ids;
  const auto& segments = prompt.segments();
  for (auto at = segments.begin(); at != segments.end();) {
    const auto end =
        std::find_if(at, segments.end(), [](const Segment& s) { return s.kind == Segment::Kind::special; });
    const TokenIds part = end == at ? TokenIds{id_of(*at, tokenizer)} : encode_texts({at, end}, tokenizer);
    ids.insert(ids.end(), part.begin(), part.end());
    at = end == at ? at + 1 : end;
  }
  return ids;
}

Prompt split_at_special_forms(std::string_view text, const std::vector<std::string>& forms) {
  Prompt prompt;
  std::size_t plain = 0;  // begin of the text that is not yet added
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view form = form_at_start(text.substr(at), forms);
    if (form.empty()) {
      ++at;
      continue;
    }
    prompt.add_text(text.substr(plain, at - plain)).add_special(form);
    plain = at += form.size();
  }
  return prompt.add_text(text.substr(plain));
}

}  // namespace pinpoint::text
