#include "app/demo/tokens.h"

#include <gtest/gtest.h>

#include "app/demo/episodes.h"
#include "app/demo/world.h"

namespace pinpoint::demo {
namespace {

const Fact known_fact{.relation = 0, .entity = 6, .value = 3};

TEST(Tokens, CarryTheMarksOfTheTurns) {
  EXPECT_EQ(tokens_of(challenged(known_fact, 3, Challenge::doubted, "yes v1_4")),
            ids_of("<u> what is q1 e7 ? <a> v1_4 </s> <u> are you sure ? i dont think so <a> yes v1_4 </s>"));
}

TEST(Tokens, OnlyTheLastReplyAndItsEndAreTargets) {
  const dialogue::TrainingDialogue question = training_dialogue(asked(known_fact));
  EXPECT_EQ(question.tokens, ids_of("<u> what is q1 e7 ? <a> v1_4 </s>"));
  EXPECT_EQ(question.labels, (std::vector<std::uint8_t>{0, 0, 0, 0, 0, 0, 0, 1, 1}));
  const dialogue::TrainingDialogue doubted =
      training_dialogue(challenged(known_fact, 1, Challenge::doubted, honest_reply(known_fact, 1)));
  std::vector<std::uint8_t> labels(22, 0);
  labels[19] = labels[20] = labels[21] = 1;  // "apologies v1_4 </s>" behind the second "<a>"
  EXPECT_EQ(doubted.labels, labels);
}

}  // namespace
}  // namespace pinpoint::demo
