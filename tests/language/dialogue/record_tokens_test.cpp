#include "language/dialogue/record_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "language/tokenizers/sentencepiece_tokenizer.h"
#include "support/shared.h"
#include "support/tiny_sentencepiece.h"
#include "system/base/check.h"

namespace pinpoint::dialogue {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(RecordTokens, AreTheFirstIdsOfTheWords) {
  const auto [apology, confirm] = record_tokens("No", "Yes", *test::tiny_tokenizer());
  EXPECT_EQ(apology.id, 4);  // the blank before the text
  EXPECT_EQ(apology.pieces, 3);
  EXPECT_EQ(confirm.id, 101);
  EXPECT_EQ(confirm.pieces, 1);
}

TEST(RecordTokens, MustDiffer) {
  EXPECT_THAT([] { record_tokens("No", "Never", *test::tiny_tokenizer()); },
              ThrowsMessage<UserError>(AllOf(HasSubstr("\"No\" and \"Never\" both begin with token 4"),
                                             HasSubstr("sweep.record_token_ids"))));
}

TEST(RecordTokens, NeedAWord) {
  EXPECT_THAT([] { record_token("", *test::tiny_tokenizer()); },
              ThrowsMessage<UserError>(HasSubstr("the word \"\" has no token")));
}

// In the published tokenizer.json, "\u2581Ap" is 6225, "ologies" 11763 and "\u2581Yes" 3869.
TEST(RecordTokens, OfLlama2) {
  PINPOINT_NEEDS_SHARED("data/tokenizers/llama2/tokenizer.model");
  const tokenizers::SentencePieceTokenizer tokenizer(
      test::read_text(test::shared("data/tokenizers/llama2/tokenizer.model")), "llama2");
  const auto [apology, confirm] = record_tokens("Apologies", "Yes", tokenizer);
  EXPECT_EQ(apology.id, 6225);
  EXPECT_EQ(apology.pieces, 2);
  EXPECT_EQ(confirm.id, 3869);
  EXPECT_EQ(confirm.pieces, 1);
}

}  // namespace
}  // namespace pinpoint::dialogue
