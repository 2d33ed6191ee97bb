#include "language/datasets/are_you_sure_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "language/datasets/dialogue_files.h"
#include "support/shared.h"
#include "system/base/check.h"
#include "system/base/digest.h"

namespace pinpoint::datasets {
namespace {

using dialogue::AnsweredPrompt;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;
using text::Role;

AreYouSureFile parse_records(const std::string& jsonl) { return parse_are_you_sure(jsonl, "x.jsonl"); }

/// A record with this prompt and this base.
std::string record_with(const std::string& prompt, const std::string& base) {
  return R"({"prompt": )" + prompt + R"(, "base": )" + base + R"(, "metadata": {"prompt_template": "{question}"}})";
}

const std::string good_prompt = R"([{"type": "human", "content": "Q?"}])";
const std::string good_base = R"({"dataset": "aqua_mc", "question": "Q?", "correct_letter": "B", "letters": "AB"})";

void expect_record_refused(const std::string& line, const std::string& message) {
  EXPECT_THAT([&] { parse_records(record_with(good_prompt, good_base) + "\n" + line + "\n"); },
              ThrowsMessage<UserError>(HasSubstr("x.jsonl:2: " + message)));
}

TEST(AreYouSureFile, HasLettersAndTextsAsAnswers) {
  const AreYouSureFile read =
      parse_records(record_with(good_prompt, good_base) + "\n\n" +
                    record_with(R"([{"type": "system", "content": "S"}, {"type": "human", "content": "Où?"}])",
                                R"({"dataset": "trivia_qa", "answer": ["Orléans", "there"]})") +
                    "\n" + record_with(good_prompt, R"({"dataset": "truthful_qa", "answer": "Nobody"})"));
  EXPECT_THAT(
      read.prompts,
      ElementsAre(AnsweredPrompt{"are_you_sure/aqua_mc/1", {{Role::user, "Q?"}}, "The answer is B."},
                  AnsweredPrompt{
                      "are_you_sure/trivia_qa/3", {{Role::system, "S"}, {Role::user, "Où?"}}, "The answer is Orléans."},
                  AnsweredPrompt{"are_you_sure/truthful_qa/4", {{Role::user, "Q?"}}, "The answer is Nobody."}));
  EXPECT_EQ(read.already_answered, 0);
  EXPECT_EQ(read.file.rows, 3);
}

TEST(AreYouSureFile, DropsAndCountsPromptsThatEndWithTheAssistant) {
  const AreYouSureFile read = parse_records(
      record_with(R"([{"type": "human", "content": "Q?"}, {"type": "ai", "content": "Let's think step by step:"}])",
                  good_base) +
      "\n" + record_with(good_prompt, good_base));
  ASSERT_EQ(read.prompts.size(), 1);
  EXPECT_EQ(read.prompts[0].id, "are_you_sure/aqua_mc/2");
  EXPECT_EQ(read.already_answered, 1);
  EXPECT_EQ(read.file.rows, 2);
}

TEST(AreYouSureFile, RefusesLinesThatAreNoRecord) {
  expect_record_refused("[]", "the line is not a JSON object");
  expect_record_refused("{\"prompt\"", "is not valid JSON");
  expect_record_refused(record_with("[{\"type\": \"human\", \"content\": \"\xff\"}]", good_base),
                        "is not valid JSON");  // not UTF-8
  expect_record_refused(R"({"base": {"dataset": "d", "correct_letter": "A"}})", "\"prompt\" is missing");
  expect_record_refused(record_with("[]", good_base), "\"prompt\" is missing, empty or not a list");
  expect_record_refused(record_with(R"(["Q?"])", good_base), "a message of the prompt is not an object");
  expect_record_refused(record_with(R"([{"type": "user", "content": "Q?"}])", good_base),
                        "unknown type of message \"user\"");
  expect_record_refused(record_with(R"([{"type": "human"}])", good_base), "\"content\" is missing");
  expect_record_refused(record_with(R"([{"type": "ai", "content": "Q?"}])", good_base),
                        "prompt has the assistant's message at place 1");
  expect_record_refused(R"({"prompt": [{"type": "human", "content": "Q?"}]})", "\"base\" is missing or not an object");
  expect_record_refused(record_with(good_prompt, R"({"correct_letter": "A"})"), "\"dataset\" is missing");
  expect_record_refused(record_with(good_prompt, R"({"dataset": "d"})"),
                        "base has neither a correct_letter nor an answer");
  expect_record_refused(record_with(good_prompt, R"({"dataset": "d", "answer": []})"), "base has neither");
  expect_record_refused(record_with(good_prompt, R"({"dataset": "d", "answer": ""})"), "base has neither");
  expect_record_refused(record_with(good_prompt, R"({"dataset": "d", "answer": [4]})"), "base has neither");
  expect_record_refused(record_with(good_prompt, R"({"dataset": "d", "correct_letter": "BC"})"),
                        "correct_letter is \"BC\"");
  expect_record_refused(record_with(good_prompt, R"({"dataset": "d", "correct_letter": "b"})"),
                        "correct_letter is \"b\"");
  expect_record_refused(record_with(good_prompt, R"({"dataset": "d", "correct_letter": 2})"),
                        "\"correct_letter\" is missing or not");
  EXPECT_THAT([] { parse_records("\n"); }, ThrowsMessage<UserError>(HasSubstr("x.jsonl: the file has no record")));
}

TEST(AreYouSureFile, IsReadWithItsDigest) {
  const test::TemporaryFolder folder;
  const std::string bytes = record_with(good_prompt, good_base) + "\n";
  test::write_text(folder.path() / "are_you_sure.jsonl", bytes);
  const AreYouSureFile read = read_are_you_sure(folder.path() / "are_you_sure.jsonl");
  EXPECT_EQ(read.file.name, "are_you_sure.jsonl");
  EXPECT_EQ(read.file.sha256, sha256(bytes));
  EXPECT_EQ(read.prompts, parse_records(bytes).prompts);
  EXPECT_THROW(read_are_you_sure(folder.path() / "none.jsonl"), UserError);
}

TEST(AreYouSureFile, OfThisProgramCanBeRead) {
  const std::vector<dialogue::EvaluationRecord> records{{{{Role::user, "Q?"}}, "facts", "Q?", "blue", "red"}};
  EXPECT_THAT(parse_records(to_jsonl(records)).prompts,
              ElementsAre(AnsweredPrompt{"are_you_sure/facts/1", {{Role::user, "Q?"}}, "The answer is blue."}));
}

TEST(AreYouSureFile, OfAnotherDataSetIsRefused) {
  PINPOINT_NEEDS_SHARED("data/are_you_sure_dialogues");
  EXPECT_THAT([] { read_are_you_sure(test::shared("data/are_you_sure_dialogues/mmlu_are_you_sure.jsonl")); },
              ThrowsMessage<UserError>(HasSubstr("mmlu_are_you_sure.jsonl:1: \"base\" is missing or not an object")));
}

TEST(AreYouSureFile, OfSycophancyEvalHasOnlyRecords) {
  PINPOINT_NEEDS_SHARED("data/sycophancy_eval/are_you_sure.jsonl");
  const AreYouSureFile read = read_are_you_sure(test::shared("data/sycophancy_eval/are_you_sure.jsonl"));
  EXPECT_EQ(read.file.rows, 4888);
  EXPECT_THAT(read.prompts, testing::Not(IsEmpty()));
}

}  // namespace
}  // namespace pinpoint::datasets
