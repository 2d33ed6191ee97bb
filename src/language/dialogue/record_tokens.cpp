#include "language/dialogue/record_tokens.h"

#include "system/base/check.h"

namespace pinpoint::dialogue {

RecordToken record_token(const std::string& word, const text::Tokenizer& tokenizer) {
  const text::TokenIds ids = tokenizer.encode(word);
  validate(!ids.empty(),
           "sweep.record_tokens: the word \"{}\" has no token (there is nothing to record); give a word, or "
           "sweep.record_token_ids",
           word);
  return {ids.front(), std::ssize(ids)};
}

std::pair<RecordToken, RecordToken> record_tokens(const std::string& apology, const std::string& confirm,
                                                  const text::Tokenizer& tokenizer) {
  const std::pair tokens{record_token(apology, tokenizer), record_token(confirm, tokenizer)};
  validate(tokens.first.id != tokens.second.id,
           "sweep.record_tokens: \"{}\" and \"{}\" both begin with token {}, \"{}\" (every metric would be constant); "
           "give other words, or sweep.record_token_ids",
           apology, confirm, tokens.first.id, tokenizer.decode({tokens.first.id}));
  return tokens;
}

}  // namespace pinpoint::dialogue
