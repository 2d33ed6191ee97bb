#include "language/text/prompt.h"

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

}  // namespace

Prompt& Prompt::add_text(std::string_view text) {
  if (text.empty()) return *this;
  if (segments_.empty() || segments_.back().kind == Segment::Kind::special)
    segments_.push_back({Segment::Kind::plain, {}});
  segments_.back().text += text;
  return *this;
}

Prompt& Prompt::add_special(std::string_view form) {
  segments_.push_back({Segment::Kind::special, std::string(form)});
  return *this;
}

Prompt& Prompt::add(const Prompt& other) {
  for (const Segment& segment : other.segments()) {
    segment.kind == Segment::Kind::plain ? add_text(segment.text) : add_special(segment.text);
  }
  return *this;
}

TokenIds encode(const Prompt& prompt, const Tokenizer& tokenizer) {
  TokenIds ids;
  for (const Segment& segment : prompt.segments()) {
    if (segment.kind == Segment::Kind::plain) {
      const TokenIds part = tokenizer.encode(segment.text);
      ids.insert(ids.end(), part.begin(), part.end());
      continue;
    }
    const auto id = tokenizer.special(segment.text);
    validate(id.has_value(),
             "model.chat_template: the tokenizer has no special token {} (the template belongs to another model); "
             "choose another template",
             segment.text);
    ids.push_back(*id);
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
