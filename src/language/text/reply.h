/// \file
/// The reply at the end of a dialogue, as tokens.
#pragma once

#include "language/text/prompt.h"

namespace pinpoint::text {

/// A dialogue up to the token that ends its last message.
struct Reply {
  TokenIds tokens;
  std::size_t opened = 0;  ///< the number of tokens of the prompt that opens the reply; the others are the reply
};

/// \param opened the prompt that opens the reply
/// \param closed the whole dialogue. What a template writes after the end token (ChatML: a line feed) is left out: the
///               model never writes it. The end token is the first added token after the last message, special or not
///               but not blank, with those that follow it directly. If the template writes none, nothing is left out.
/// \throws UserError if the tokens of `closed` do not begin with those of `opened`: the model would be trained after a
///         prompt that it never sees when it replies
Reply encode_reply(const Prompt& opened, const Prompt& closed, const Tokenizer& tokenizer);

}  // namespace pinpoint::text
