#include "language/text/reply.h"

#include <algorithm>

#include "system/base/check.h"
#include "system/base/unicode.h"

namespace pinpoint::text {
namespace {

constexpr std::size_t longest_form = 200;  // bytes

/// The length of the longest form of an added token that `text` begins with; 0 if there is none. Blank forms ("\n\n")
/// end nothing.
std::size_t form_at_start(std::string_view text, const Tokenizer& tokenizer) {
  for (std::size_t length = std::min(text.size(), longest_form); length > 0; --length)
    if (tokenizer.special(text.substr(0, length)) && !strip(text.substr(0, length)).empty()) return length;
  return 0;
}

/// The end of the first form in `text` at or after `from`, and of those that follow it directly.
std::size_t end_of_forms(std::string_view text, std::size_t from, const Tokenizer& tokenizer) {
  std::size_t end = from;
  while (end < text.size() && form_at_start(text.substr(end), tokenizer) == 0) ++end;
  while (const std::size_t length = form_at_start(text.substr(end), tokenizer)) end += length;
  return end;
}

}  // namespace

Reply encode_reply(const Prompt& opened, const Prompt& closed, const Tokenizer& tokenizer) {
  const std::string text = closed.text();
  const std::size_t after = std::min(std::max(opened.text().size(), closed.message_end()), text.size());
  const TokenIds prompt = encode(opened, tokenizer);
  Reply reply{encode(closed.first(end_of_forms(text, after, tokenizer)), tokenizer), prompt.size()};
  validate(
      reply.tokens.size() > prompt.size() && std::equal(prompt.begin(), prompt.end(), reply.tokens.begin()),
      "the tokens of the whole dialogue do not begin with those of the prompt that opens the reply (the chat template "
      "or the tokenizer joins them); give the dialogue as tokens and labels");
  return reply;
}

}  // namespace pinpoint::text
