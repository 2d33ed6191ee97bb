#include "language/dialogue/token_pairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "language/text/template_choice.h"
#include "support/tiny_sentencepiece.h"
#include "system/base/check.h"

namespace pinpoint::dialogue {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;
using text::Role;

constexpr PromptLimits no_limits{.vocabulary = 102, .max_positions = 1000};

text::DialogueEncoder pair_encoder() {
  return {test::tiny_tokenizer(), text::template_of_family("llama2", {}), std::nullopt};
}

TEST(TokenizePairs, EncodesMessagesUpToTheReply) {
  const PromptPair pair{"p", {{Role::user, "Q"}}, {{Role::user, "QR"}}};
  const auto encode = pair_encoder();
  const auto tokens = tokenize_pairs({pair}, &encode, no_limits).pairs.at(0);
  auto reference = test::spelled(" [INST] Q [/INST]"), counterfactual = test::spelled(" [INST] QR [/INST]");
  reference.insert(reference.begin(), 1);
  counterfactual.insert(counterfactual.begin(), 1);
  EXPECT_EQ(tokens, (TokenPair{"p", reference, counterfactual}));
}

TEST(TokenizePairs, UsesTokenIdsUnchanged) {
  const TokenPair pair{"p", {7, 5}, {6}};
  EXPECT_FALSE(hold_messages({pair}));
  EXPECT_TRUE(hold_messages({pair, PromptPair{}}));
  EXPECT_EQ(tokenize_pairs({pair}, nullptr, no_limits).pairs.at(0), pair);
}

TEST(TokenizePairs, CountsPromptsThatAreTooLong) {
  const TokenPair one{"p", {1, 2, 3}, {1, 2}}, both{"q", {1, 2, 3}, {1, 2, 3, 4}};
  EXPECT_EQ(tokenize_pairs({one, both}, nullptr, {.vocabulary = 102, .max_positions = 3}).too_long, 1);
  EXPECT_EQ(tokenize_pairs({one, both}, nullptr, {.vocabulary = 102, .max_positions = 2}).too_long, 3);
}

TEST(TokenizePairs, RefusesIdsOutsideTheVocabulary) {
  const TokenPair pair{"p", {1}, {1, 102}};
  EXPECT_THAT(
      [&] { tokenize_pairs({pair}, nullptr, no_limits); },
      ThrowsMessage<UserError>(HasSubstr("pair p: token id 102 is outside the model's vocabulary (ids 0 to 101)")));
}

TEST(TokenizePairs, NamesThePairThatCannotBeRendered) {
  const auto encode = pair_encoder();
  const PromptPair pair{"p", {{Role::user, "Q"}}, {{Role::assistant, "Q"}}};
  EXPECT_THAT([&] { tokenize_pairs({pair}, &encode, no_limits); },
              ThrowsMessage<UserError>(HasSubstr("pair p: a dialogue has the assistant's message at place 1")));
}

}  // namespace
}  // namespace pinpoint::dialogue
