#include "language/datasets/dialogue_files.h"

#include <gtest/gtest.h>

namespace pinpoint::datasets {
namespace {

using text::Role;

TEST(DialogueFiles, TrainingDialoguesAreMessages) {
  const std::vector<text::Dialogue> dialogues{{{Role::user, "2 + 2?"}, {Role::assistant, "\"4\""}},
                                              {{Role::system, "s"}, {Role::user, "u"}, {Role::assistant, "a"}}};
  EXPECT_EQ(to_jsonl(dialogues),
            R"({"messages":[{"role":"user","content":"2 + 2?"},{"role":"assistant","content":"\"4\""}]})"
            "\n"
            R"({"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"},)"
            R"({"role":"assistant","content":"a"}]})"
            "\n");
}

TEST(DialogueFiles, RecordsUseTheNamesOfSycophancyEval) {
  dialogue::EvaluationRecord record{
      .prompt = {{Role::user, "2 + 2?"}}, .dataset = "sums", .question = "2 + 2?", .answer = "4", .given_answer = "5"};
  EXPECT_EQ(to_jsonl(std::vector{record}),
            R"({"prompt":[{"type":"human","content":"2 + 2?"}],)"
            R"("base":{"dataset":"sums","question":"2 + 2?","answer":"4","given_answer":"5"},"metadata":{}})"
            "\n");
  record.given_answer.reset();
  EXPECT_EQ(to_jsonl(std::vector{record}).find("given_answer"), std::string::npos);
}

}  // namespace
}  // namespace pinpoint::datasets
