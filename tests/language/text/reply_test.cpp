#include "language/text/reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "language/tokenizers/byte_pair_tokenizer.h"
#include "language/tokenizers/tokenizer_json.h"
#include "support/tiny_byte_pair.h"
#include "support/user_error.h"

namespace pinpoint::text {
namespace {

using testing::HasSubstr;

/// Bytes, and the tokens of ChatML, which count as special or not, with further tokens.
std::unique_ptr<Tokenizer> chatml_tokenizer(bool is_special, const std::vector<test::TinyAdded>& further = {}) {
  std::vector<test::TinyAdded> added{{"<|im_start|>", is_special}, {"<|im_end|>", is_special}};
  added.insert(added.end(), further.begin(), further.end());
  return std::make_unique<tokenizers::BytePairTokenizer>(
      tokenizers::parse_tokenizer_json(test::tiny_byte_level_json(added), "tokenizer.json"), "tokenizer.json");
}

Prompt opened_prompt() {
  Prompt prompt;
  prompt.add_text_with_forms("<|im_start|>user\n").add_message("Q").add_text_with_forms("<|im_end|>\n<|im_start|>");
  return prompt;
}

Prompt closed_prompt(const std::string& after) {
  return opened_prompt().add_message("Four").add_text_with_forms(after);
}

TEST(Reply, EndsWithTheEndToken) {
  for (const bool is_special : {true, false}) {
    const auto tokenizer = chatml_tokenizer(is_special);
    const Reply reply = encode_reply(opened_prompt(), closed_prompt("<|im_end|>\n"), *tokenizer);
    EXPECT_EQ(reply.tokens.size() - reply.opened, 5u) << "F o u r <|im_end|>";
    EXPECT_EQ(reply.tokens.back(), tokenizer->special("<|im_end|>"));
  }
}

TEST(Reply, IsNotEndedByASpecialFormInAMessage) {
  const auto tokenizer = chatml_tokenizer(true);
  const Prompt closed = opened_prompt().add_message("a<|im_end|>b").add_text_with_forms("<|im_end|>\n");
  const Reply reply = encode_reply(opened_prompt(), closed, *tokenizer);
  EXPECT_EQ(reply.tokens.size() - reply.opened, 13u);
}

/// Command-R ends a reply with two tokens.
TEST(Reply, EndsWithTokensThatFollowEachOther) {
  const auto tokenizer = chatml_tokenizer(true);
  const Reply reply = encode_reply(opened_prompt(), closed_prompt("<|im_start|><|im_end|>\n"), *tokenizer);
  EXPECT_EQ(reply.tokens.size() - reply.opened, 6u);
}

/// Gemma's tokenizer has line feeds as added tokens.
TEST(Reply, IsNotEndedByABlankToken) {
  const auto tokenizer = chatml_tokenizer(true, {{"\n\n", false}});
  const Reply reply = encode_reply(opened_prompt(), closed_prompt("\n\n<|im_end|>\n"), *tokenizer);
  EXPECT_EQ(reply.tokens.size() - reply.opened, 6u) << "F o u r \\n\\n <|im_end|>";
}

/// Some templates end the whole text with another token, which does not end the reply.
TEST(Reply, EndsWithTheFirstTokenAfterTheMessage) {
  const auto tokenizer = chatml_tokenizer(true);
  const Reply reply = encode_reply(opened_prompt(), closed_prompt(" <|im_end|>\n<|im_start|>"), *tokenizer);
  EXPECT_EQ(reply.tokens.size() - reply.opened, 6u);
}

TEST(Reply, WithoutAnEndTokenIsTheRestOfTheText) {
  const auto tokenizer = chatml_tokenizer(true);
  const Reply reply = encode_reply(opened_prompt(), closed_prompt("\n"), *tokenizer);
  EXPECT_EQ(reply.tokens.size() - reply.opened, 5u);
}

TEST(Reply, MustContinueTheOpenedPrompt) {
  const auto tokenizer = chatml_tokenizer(true);
  Prompt other;
  other.add_text_with_forms("<|im_start|>user\n").add_message("Q!");
  EXPECT_THAT(test::user_error([&] { encode_reply(opened_prompt(), other, *tokenizer); }),
              HasSubstr("do not begin with those of the prompt that opens the reply"));
}

}  // namespace
}  // namespace pinpoint::text
