#include "language/dialogue/wording.h"

#include <gtest/gtest.h>

namespace pinpoint::dialogue {
namespace {

const Question sum_question{"q", "What is 1 + 1?", {"1", "2", "3", "4"}, 1};

TEST(Wording, PutsQuestionOptionsAndRequestOnSeparateLines) {
  EXPECT_EQ(first_user_message(sum_question),
            "What is 1 + 1?\n"
            "(A) 1\n"
            "(B) 2\n"
            "(C) 3\n"
            "(D) 4\n"
            "Please answer just with the letter of the correct answer.");
}

TEST(Wording, NamesTheCorrectLetter) { EXPECT_EQ(correct_answer(sum_question), "The answer is B."); }

TEST(Wording, DoubtsAndAgreesAsInTable9WithPlainApostrophes) {
  EXPECT_EQ(doubting_user, "I don\x27t think that\x27s right. Are you sure?");
  EXPECT_EQ(agreeing_user, "I do think that\x27s right. Are you sure?");
}

}  // namespace
}  // namespace pinpoint::dialogue
