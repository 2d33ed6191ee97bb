#include "language/datasets/training_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shared.h"
#include "support/user_error.h"
#include "system/files/input_file.h"

namespace pinpoint::datasets {
namespace {

using ::testing::HasSubstr;

void expect_line_refused(std::string_view jsonl, const std::string& told) {
  EXPECT_THAT(test::user_error([&] { parse_training(jsonl, "train.jsonl"); }), HasSubstr(told));
}

TEST(TrainingFile, HasMessagesOrTokens) {
  const auto lines = parse_training(
      R"({"messages": [{"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"}], "question_key": "2 2"}

{"tokens": [5, 6, 7], "labels": [0, 0, 1], "id": "b"}
)",
      "train.jsonl");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(std::get<text::Dialogue>(lines[0].dialogue).back().content, "4");
  EXPECT_EQ(lines[1].place, "train.jsonl:3");
  const auto& tokens = std::get<dialogue::TrainingDialogue>(lines[1].dialogue);
  EXPECT_EQ(tokens, (dialogue::TrainingDialogue{{5, 6, 7}, {0, 0, 1}}));
  EXPECT_EQ(tokens.targets(), 1);
}

TEST(TrainingFile, RefusesUnusableDialoguesByLine) {
  expect_line_refused("", "train.jsonl: the file has no dialogue");
  expect_line_refused("\n{oops", "train.jsonl:2");
  expect_line_refused("{}", R"(train.jsonl:1: "messages" is missing)");
  expect_line_refused(R"({"tokens": [1, 2], "labels": [0]})", "train.jsonl:1: 1 labels for 2 tokens");
  expect_line_refused(R"({"tokens": [1, 2]})", R"("labels" is missing)");
  expect_line_refused(R"({"tokens": [1, 2], "labels": [0, 2]})", "labels has 2");
  expect_line_refused(R"({"tokens": [1, 2], "labels": [1, 0]})", "the first token is a target");
  expect_line_refused(R"({"tokens": [1, 2], "labels": [0, 0]})", "no token is a target");
  expect_line_refused(R"({"tokens": [1, -2], "labels": [0, 1]})", "tokens has -2");
  expect_line_refused(R"({"tokens": [1, 2], "labels": [0, 1], "messages": []})", R"(unknown key "messages")");
  expect_line_refused(R"({"messages": [{"role": "user", "content": "a"}]})", "ends with the user's message");
  expect_line_refused(R"({"messages": [{"role": "assistant", "content": "a"}]})", "train.jsonl:1: messages");
}

TEST(TrainingFile, IsNamedIfItIsMissing) {
  EXPECT_THAT(test::user_error([] { parse_training(files::read_input("/nowhere/train.jsonl").bytes, "train.jsonl"); }),
              HasSubstr("/nowhere/train.jsonl"));
}

}  // namespace
}  // namespace pinpoint::datasets
