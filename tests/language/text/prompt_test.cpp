#include "language/text/prompt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tiny_sentencepiece.h"
#include "system/base/check.h"

namespace pinpoint::text {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

using enum Segment::Kind;

TEST(Prompt, JoinsTextThatFollowsText) {
  Prompt prompt, tail;
  tail.add_text("c").add_special("</s>");
  prompt.add_text("").add_special("<s>").add_text("a").add_text("b").add(tail);
  EXPECT_THAT(prompt.segments(), ElementsAre(Segment{special, "<s>"}, Segment{plain, "abc"}, Segment{special, "</s>"}));
}

TEST(Prompt, IsEncodedSegmentBySegment) {
  Prompt prompt;
  prompt.add_special("<s>").add_text("Yes").add_text(" Yes").add_special("</s>").add_text("Yes");
  EXPECT_THAT(encode(prompt, *test::tiny_tokenizer()), ElementsAre(1, 101, 101, 2, 101));
}

TEST(Prompt, NeedsItsSpecialTokensInTheVocabulary) {
  Prompt prompt;
  prompt.add_special("<|im_start|>");
  EXPECT_THAT([&] { encode(prompt, *test::tiny_tokenizer()); },
              ThrowsMessage<UserError>(HasSubstr("the tokenizer has no special token <|im_start|>")));
}

TEST(Prompt, FindsSpecialFormsOnlyWhereATemplateWroteThem) {
  Prompt prompt;
  prompt.add_text_with_forms("<s>Yes").add_message("</s>").add_text_with_forms("</s>");
  TokenIds expected = test::spelled("</s>");
  expected.insert(expected.begin(), {1, 101});
  expected.push_back(2);
  EXPECT_EQ(encode(prompt, *test::tiny_tokenizer()), expected);
}

TEST(Prompt, KnowsWhereTheLastMessageEnds) {
  Prompt prompt, tail;
  EXPECT_EQ(prompt.message_end(), 0u);
  tail.add_text("ab").add_message("c").add_special("</s>");
  prompt.add_special("<s>").add_message("x").add_text("y").add(tail);
  EXPECT_EQ(prompt.text(), "<s>xyabc</s>");
  EXPECT_EQ(prompt.message_end(), 8u);
  EXPECT_EQ(prompt.first(7).text(), "<s>xyab");
  EXPECT_EQ(prompt.first(7).message_end(), 7u);
  EXPECT_EQ(prompt.first(99), prompt);
}

TEST(SplitAtSpecialForms, FindsEveryForm) {
  EXPECT_THAT(split_at_special_forms("<s>a</s><s>b", {"<s>", "</s>"}).segments(),
              ElementsAre(Segment{special, "<s>"}, Segment{plain, "a"}, Segment{special, "</s>"},
                          Segment{special, "<s>"}, Segment{plain, "b"}));
}

TEST(SplitAtSpecialForms, PrefersTheLongerForm) {
  EXPECT_THAT(split_at_special_forms("<a><a>b", {"<a>", "<a><a>"}).segments(),
              ElementsAre(Segment{special, "<a><a>"}, Segment{plain, "b"}));
}

TEST(SplitAtSpecialForms, KeepsOtherTextUnchanged) {
  EXPECT_THAT(split_at_special_forms("a <s b> <", {"<s>"}).segments(), ElementsAre(Segment{plain, "a <s b> <"}));
  EXPECT_THAT(split_at_special_forms("", {"<s>"}).segments(), ElementsAre());
  EXPECT_THAT(split_at_special_forms("a", {""}).segments(), ElementsAre(Segment{plain, "a"}));
}

}  // namespace
}  // namespace pinpoint::text
