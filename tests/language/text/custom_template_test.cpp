#include "language/text/custom_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/base/check.h"

namespace pinpoint::text {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

using enum Segment::Kind;

const TemplateTexts custom_texts{.system = "<s>SYSTEM: {content}\n",
                                 .user = "USER: {content}\n",
                                 .assistant = "ASSISTANT: {content}</s>",
                                 .generation = "ASSISTANT:"};

TemplateTexts with(std::string TemplateTexts::*key, const std::string& text) {
  TemplateTexts changed = custom_texts;
  changed.*key = text;
  return changed;
}

void expect_refused(const TemplateTexts& refused, const std::string& message) {
  EXPECT_THAT(([&] { CustomTemplate(refused, "my.yaml"); }), ThrowsMessage<UserError>(HasSubstr(message)));
}

TEST(CustomTemplate, FramesEveryMessage) {
  const CustomTemplate custom(custom_texts, "my.yaml");
  const Dialogue dialogue{{Role::system, "S"}, {Role::user, "Q"}, {Role::assistant, "A"}, {Role::user, "R"}};
  EXPECT_THAT(custom.render(dialogue, Generation::open).segments(),
              ElementsAre(Segment{with_forms, "<s>SYSTEM: "}, Segment{plain, "S"}, Segment{with_forms, "\nUSER: "},
                          Segment{plain, "Q"}, Segment{with_forms, "\nASSISTANT: "}, Segment{plain, "A"},
                          Segment{with_forms, "</s>USER: "}, Segment{plain, "R"}, Segment{with_forms, "\nASSISTANT:"}));
}

TEST(CustomTemplate, ClosedEndsWithTheLastMessage) {
  const CustomTemplate custom(custom_texts, "my.yaml");
  EXPECT_THAT(custom.render({{Role::user, "Q"}, {Role::assistant, "A"}}, Generation::closed).segments(),
              ElementsAre(Segment{with_forms, "USER: "}, Segment{plain, "Q"}, Segment{with_forms, "\nASSISTANT: "},
                          Segment{plain, "A"}, Segment{with_forms, "</s>"}));
}

TEST(CustomTemplate, KeepsMessagesUnchanged) {
  const CustomTemplate custom(custom_texts, "my.yaml");
  EXPECT_THAT(custom.render({{Role::user, " </s>{content} "}}, Generation::closed).segments(),
              ElementsAre(Segment{with_forms, "USER: "}, Segment{plain, " </s>{content} "}, Segment{with_forms, "\n"}));
}

TEST(CustomTemplate, TakesThePlaceOfTheReplyAtTheEndOfGeneration) {
  const CustomTemplate custom(with(&TemplateTexts::generation, "ASSISTANT: {content}"), "my.yaml");
  EXPECT_THAT(custom.render({{Role::user, "Q"}}, Generation::open).segments(),
              ElementsAre(Segment{with_forms, "USER: "}, Segment{plain, "Q"}, Segment{with_forms, "\nASSISTANT: "}));
}

TEST(CustomTemplate, RefusesTextsWithThePlaceholderMissingOrMisplaced) {
  expect_refused(with(&TemplateTexts::user, "USER:"), "my.yaml: user: the text must hold {content} exactly once");
  expect_refused(with(&TemplateTexts::assistant, "{content}{content}"), "my.yaml: assistant: the text must hold");
  expect_refused(with(&TemplateTexts::generation, "A: {content}</s>"), "my.yaml: generation: {content} may stand at");
}

TEST(CustomTemplate, RefusesSystemMessagesIfItHasNoTextForThem) {
  TemplateTexts without = custom_texts;
  without.system.reset();
  const CustomTemplate custom(without, "my.yaml");
  EXPECT_NO_THROW(custom.render({{Role::user, "Q"}}, Generation::open));
  EXPECT_THAT(
      [&] {
        custom.render({{Role::system, "S"}, {Role::user, "Q"}}, Generation::open);
      },
      ThrowsMessage<UserError>(HasSubstr("my.yaml: a dialogue has a system message")));
}

}  // namespace
}  // namespace pinpoint::text
