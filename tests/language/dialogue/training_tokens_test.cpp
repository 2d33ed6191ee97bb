#include "language/dialogue/training_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "language/text/custom_template.h"
#include "language/text/template_choice.h"
#include "support/tiny_sentencepiece.h"
#include "support/user_error.h"

namespace pinpoint::dialogue {
namespace {

using ::testing::HasSubstr;
using text::Role;
using text::TokenIds;

constexpr TrainingLimits wide_limits{.vocabulary = 102, .max_length = 1000};
constexpr text::TokenId bos = 1, eos = 2;

const text::Dialogue two_turns{{Role::user, "Q"}, {Role::assistant, "A"}, {Role::user, "R"}, {Role::assistant, "B!"}};

text::DialogueEncoder training_encoder() {
  return {test::tiny_tokenizer(), text::template_of_family("llama2", {}), std::nullopt};
}

/// The tokens that are targets.
TokenIds targets_of(const TrainingDialogue& dialogue) {
  TokenIds targets;
  for (std::size_t i = 0; i < dialogue.tokens.size(); ++i)
    if (dialogue.labels[i]) targets.push_back(dialogue.tokens[i]);
  return targets;
}

TEST(TrainingTokens, LabelOnlyTheLastReplyAndItsEndToken) {
  const auto encode = training_encoder();
  const auto tokens = tokenize_training({{two_turns, "f:1"}}, &encode, wide_limits).dialogues.at(0);
  TokenIds reply = test::spelled(" B! ");
  reply.push_back(eos);
  EXPECT_EQ(targets_of(tokens), reply);
  EXPECT_EQ(tokens.targets(), std::ssize(reply));
  EXPECT_EQ(tokens.tokens.front(), bos);
  EXPECT_EQ(tokens.tokens.back(), eos);
}

/// ChatML ends a turn with a line break after the end token. It is not a target and is omitted.
TEST(TrainingTokens, OmitWhatFollowsTheEndToken) {
  const text::TemplateTexts texts{
      .system = std::nullopt, .user = "<s>{content}</s>\n", .assistant = "<s>{content}</s>\n", .generation = "<s>"};
  const text::DialogueEncoder encode(test::tiny_tokenizer(), std::make_unique<text::CustomTemplate>(texts, "t.yaml"),
                                     std::nullopt);
  const auto tokens = tokenize_training({{two_turns, "f:1"}}, &encode, wide_limits).dialogues.at(0);
  EXPECT_EQ(tokens.tokens.back(), eos);
  EXPECT_EQ(targets_of(tokens).back(), eos);
}

TEST(TrainingTokens, UseTokensAndLabelsUnchanged) {
  const TrainingDialogue given{{7, 5, 6}, {0, 1, 0}};
  EXPECT_EQ(tokenize_training({{given, "f:1"}}, nullptr, wide_limits).dialogues.at(0), given);
}

TEST(TrainingTokens, DropAndCountWhatIsTooLong) {
  const TrainingDialogue three{{7, 5, 6}, {0, 1, 0}}, two{{7, 5}, {0, 1}};
  const auto tokens = tokenize_training({{three, "f:1"}, {two, "f:2"}, {three, "f:3"}}, nullptr, {102, 2});
  EXPECT_EQ(tokens.too_long, 2);
  EXPECT_EQ(tokens.dialogues, std::vector{two});
  EXPECT_THAT(test::user_error([&] {
                tokenize_training({{three, "f:1"}}, nullptr, {102, 2});
              }),
              HasSubstr("tune.max_length"));
}

TEST(TrainingTokens, RefuseIdsOutsideTheVocabularyByPlace) {
  const TrainingDialogue bad{{7, 102}, {0, 1}};
  EXPECT_THAT(test::user_error([&] {
                tokenize_training({{bad, "f:9"}}, nullptr, wide_limits);
              }),
              HasSubstr("f:9: token id 102"));
}

}  // namespace
}  // namespace pinpoint::dialogue
