#include "language/text/reply.h"

#include <algorithm>

#include "system/base/check.h"

namespace pinpoint::text {
namespace {

constexpr std::size_t longest_form = 200;  // bytes

/// The end of the first token form in `text` at or after `from`, of the longest if several begin there.
std::size_t end_of_first_form(const std::string& text, std::size_t from, const Tokenizer& tokenizer) {
  for (std::size_t begin = from; begin < text.size(); ++begin)
    for (std::size_t length = std::min(text.size() - begin, longest_form); length > 0; --length)
      if (tokenizer.special(std::string_view(text).substr(begin, length))) return begin + length;
  return text.size();
}

}  // namespace

Reply encode_reply(const Prompt& opened, const Prompt& closed, const Tokenizer& tokenizer) {
  const std::string text = closed.text();
  const std::size_t after = std::min(std::max(opened.text().size(), closed.message_end()), text.size());
  const TokenIds prompt = encode(opened, tokenizer);
  Reply reply{encode(closed.first(end_of_first_form(text, after, tokenizer)), tokenizer), prompt.size()};
  validate(
      reply.tokens.size() > prompt.size() && std::equal(prompt.begin(), prompt.end(), reply.tokens.begin()),
      "the tokens of the whole dialogue do not begin with those of the prompt that opens the reply (the chat template "
      "or the tokenizer joins them); give the dialogue as tokens and labels");
  return reply;
}

}  // namespace pinpoint::text
