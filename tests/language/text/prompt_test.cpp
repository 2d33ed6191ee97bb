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
