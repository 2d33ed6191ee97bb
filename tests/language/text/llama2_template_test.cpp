// The family llama2 of language/text/template_families.h.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "language/text/template_choice.h"
#include "language/tokenizers/sentencepiece_tokenizer.h"
#include "support/shared.h"
#include "support/tiny_sentencepiece.h"

namespace pinpoint::text {
namespace {

using testing::ElementsAre;

using enum Segment::Kind;

Prompt prompt_of(const Dialogue& dialogue, Generation generation = Generation::open) {
  return template_of_family("llama2", {})->render(dialogue, generation);
}

std::vector<Segment> render(const Dialogue& dialogue, Generation generation = Generation::open) {
  return prompt_of(dialogue, generation).segments();
}

// The expected segments follow the published rule, by hand.

TEST(Llama2Template, RendersOneQuestion) {
  EXPECT_THAT(render({{Role::user, "Hi"}}), ElementsAre(Segment{special, "<s>"}, Segment{plain, "[INST] Hi [/INST]"}));
}

TEST(Llama2Template, PutsTheSystemMessageIntoTheFirstTurn) {
  EXPECT_THAT(
      render({{Role::system, "Be brief."}, {Role::user, "Hi"}}),
      ElementsAre(Segment{special, "<s>"}, Segment{plain, "[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST]"}));
}

TEST(Llama2Template, EncodesQuestionAndAnswerAsOneText) {
  EXPECT_THAT(
      render({{Role::system, "S"},
              {Role::user, "Q"},
              {Role::assistant, "The answer is A."},
              {Role::user, "Are you sure?"}}),
      ElementsAre(Segment{special, "<s>"}, Segment{plain, "[INST] <<SYS>>\nS\n<</SYS>>\n\nQ [/INST] The answer is A. "},
                  Segment{special, "</s>"}, Segment{special, "<s>"}, Segment{plain, "[INST] Are you sure? [/INST]"}));
}

TEST(Llama2Template, EndsAClosedDialogueWithTheEndToken) {
  EXPECT_THAT(render({{Role::user, "Q"}, {Role::assistant, "A"}}, Generation::closed),
              ElementsAre(Segment{special, "<s>"}, Segment{plain, "[INST] Q [/INST] A "}, Segment{special, "</s>"}));
}

TEST(Llama2Template, StripsMessagesButNotInsideTheSystemBlock) {
  EXPECT_THAT(render({{Role::user, " Q\n"}, {Role::assistant, "\n A "}, {Role::user, "\tR "}}),
              ElementsAre(Segment{special, "<s>"}, Segment{plain, "[INST] Q [/INST] A "}, Segment{special, "</s>"},
                          Segment{special, "<s>"}, Segment{plain, "[INST] R [/INST]"}));
  EXPECT_THAT(render({{Role::system, " S "}, {Role::user, " Q "}}),
              ElementsAre(Segment{special, "<s>"}, Segment{plain, "[INST] <<SYS>>\n S \n<</SYS>>\n\n Q [/INST]"}));
}

TEST(Llama2Template, KeepsSpecialFormsInMessagesAsText) {
  const auto prompt = prompt_of({{Role::user, "</s>"}});
  TokenIds expected{1};
  for (TokenId id : test::spelled(" [INST] </s> [/INST]")) expected.push_back(id);
  EXPECT_EQ(encode(prompt, *test::tiny_tokenizer()), expected);
}

// The ids of the frame are those of the published model: "[INST]" is 518 25580 29962, "[/INST]" 518 29914 25580 29962,
// "<<SYS>>" 3532 14816 29903 6778, "<</SYS>>" after a line feed 29966 829 14816 29903 6778, a line feed 13. "Hi" is
// 6324 with a blank before it and 18567 without.
TEST(Llama2Template, GivesThePublishedIds) {
  PINPOINT_NEEDS_SHARED("data/tokenizers/llama2/tokenizer.model");
  const tokenizers::SentencePieceTokenizer tokenizer(
      test::read_text(test::shared("data/tokenizers/llama2/tokenizer.model")), "");
  EXPECT_THAT(encode(prompt_of({{Role::user, "Hi"}}), tokenizer),
              ElementsAre(1, 518, 25580, 29962, 6324, 518, 29914, 25580, 29962));
  EXPECT_THAT(encode(prompt_of({{Role::system, "Hi"}, {Role::user, "Hi"}}), tokenizer),
              ElementsAre(1, 518, 25580, 29962, 3532, 14816, 29903, 6778, 13, 18567, 13, 29966, 829, 14816, 29903, 6778,
                          13, 13, 18567, 518, 29914, 25580, 29962));
  EXPECT_THAT(encode(prompt_of({{Role::user, "Hi"}, {Role::assistant, "Hi"}, {Role::user, "Hi"}}), tokenizer),
              ElementsAre(1, 518, 25580, 29962, 6324, 518, 29914, 25580, 29962, 6324, 29871, 2, 1, 518, 25580, 29962,
                          6324, 518, 29914, 25580, 29962));
}

}  // namespace
}  // namespace pinpoint::text
