#include "language/text/chat_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "language/text/template_choice.h"
#include "system/base/check.h"

namespace pinpoint::text {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;
using testing::ThrowsMessage;

const Message system{Role::system, "s"}, user{Role::user, "u"}, assistant{Role::assistant, "a"};

TEST(FaultOf, FindsNoneWhereTurnsAlternate) {
  EXPECT_EQ(fault_of({user}), std::nullopt);
  EXPECT_EQ(fault_of({system, user}), std::nullopt);
  EXPECT_EQ(fault_of({system, user, assistant, user, assistant}), std::nullopt);
}

TEST(FaultOf, NamesThePlace) {
  EXPECT_THAT(fault_of({}), Optional(HasSubstr("holds no user's message")));
  EXPECT_THAT(fault_of({system}), Optional(HasSubstr("holds no user's message")));
  EXPECT_THAT(fault_of({assistant}), Optional(HasSubstr("has the assistant's message at place 1")));
  EXPECT_THAT(fault_of({user, user}), Optional(HasSubstr("has the user's message at place 2")));
  EXPECT_THAT(fault_of({system, system, user}), Optional(HasSubstr("has the system's message at place 2")));
  EXPECT_THAT(fault_of({user, assistant, system}), Optional(HasSubstr("has the system's message at place 3")));
}

TEST(WithSystemMessage, ReplacesOrAdds) {
  const Message other{Role::system, "other"};
  EXPECT_THAT(with_system_message({system, user}, "other"), ElementsAre(other, user));
  EXPECT_THAT(with_system_message({user}, "other"), ElementsAre(other, user));
  EXPECT_THAT(with_system_message({system, user}, std::nullopt), ElementsAre(system, user));
}

TEST(ChatTemplate, RefusesDialoguesThatItCannotRender) {
  const auto llama2 = template_of_family("llama2", {});
  EXPECT_THAT(
      [&] {
        llama2->render({user, user}, Generation::closed);
      },
      ThrowsMessage<UserError>(HasSubstr("a dialogue has the user's message at place 2")));
  EXPECT_THAT(
      [&] {
        llama2->render({user, assistant}, Generation::open);
      },
      ThrowsMessage<UserError>(HasSubstr("ends with the assistant's message")));
  EXPECT_NO_THROW(llama2->render({user, assistant}, Generation::closed));
}

}  // namespace
}  // namespace pinpoint::text
