#include "language/datasets/pairs_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shared.h"
#include "system/base/check.h"

namespace pinpoint::datasets {
namespace {

using dialogue::AnyPair;
using dialogue::PromptPair;
using dialogue::TokenPair;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;
using text::Role;

class PairsFile : public testing::Test {
 protected:
  std::vector<AnyPair> read(const std::string& text) {
    test::write_text(path_, text);
    return read_pairs(path_);
  }
  /// `line` is the second of the file.
  void expect_refused(const std::string& line, const std::string& message) {
    const std::string good = R"({"id": "good", "reference_tokens": [1], "counterfactual_tokens": [1]})";
    EXPECT_THAT([&] { read(good + "\n" + line + "\n"); },
                ThrowsMessage<UserError>(HasSubstr("pairs.jsonl:2: " + message)));
  }

  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "pairs.jsonl";
};

TEST_F(PairsFile, HasMessagesOrTokenIds) {
  const auto pairs =
      read(R"({"id": "m", "reference": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}],)"
           R"( "counterfactual": [{"content": "Q", "role": "user"}]})"
           "\n"
           R"({"reference_tokens": [0, 31999], "counterfactual_tokens": [5], "id": "t"})");
  EXPECT_THAT(pairs,
              ElementsAre(AnyPair(PromptPair{"m", {{Role::system, "S"}, {Role::user, "Q"}}, {{Role::user, "Q"}}}),
                          AnyPair(TokenPair{"t", {0, 31999}, {5}})));
}

TEST_F(PairsFile, NumbersPairsWithoutAnIdByTheirLine) {
  const std::string line = R"({"reference_tokens": [1], "counterfactual_tokens": [1]})";
  const auto pairs = read(line + "\r\n\n  \n" + line);
  EXPECT_THAT(pairs, ElementsAre(AnyPair(TokenPair{"1", {1}, {1}}), AnyPair(TokenPair{"4", {1}, {1}})));
}

TEST_F(PairsFile, ReturnsWhatWasWritten) {
  const PromptPair pair{
      "a/1",
      {{Role::system, "\u20ac \"x\"\n\t"}, {Role::user, "</s>"}, {Role::assistant, ""}, {Role::user, "R"}},
      {{Role::user, "\x01"}}};
  EXPECT_THAT(read(to_jsonl({pair, PromptPair{"b", {{Role::user, "Q"}}, {{Role::user, "Q"}}}})),
              ElementsAre(AnyPair(pair), AnyPair(PromptPair{"b", {{Role::user, "Q"}}, {{Role::user, "Q"}}})));
}

TEST_F(PairsFile, IsWrittenAsTheInterfaceSays) {
  EXPECT_EQ(to_jsonl({{"a", {{Role::user, "I don't"}}, {{Role::user, "\u20ac"}}}}),
            R"({"id":"a","reference":[{"role":"user","content":"I don't"}],)"
            R"("counterfactual":[{"role":"user","content":"€"}]})"
            "\n");
}

TEST_F(PairsFile, RefusesMalformedLines) {
  expect_refused("{", "is not valid JSON");
  expect_refused("[1]", "the line is not a JSON object");
  expect_refused("{}", "\"reference\" is missing, empty or not a list");
  expect_refused(R"({"reference_tokens": [1]})", "\"counterfactual_tokens\" is missing");
  expect_refused(R"({"reference_tokens": [1], "counterfactual_tokens": [1], "lable": 1})", "unknown key \"lable\"");
  expect_refused(R"({"reference_tokens": [1], "counterfactual": [{"role": "user", "content": "Q"}]})",
                 "unknown key \"counterfactual\"");
  expect_refused(R"({"id": 7, "reference_tokens": [1], "counterfactual_tokens": [1]})",
                 "\"id\" is missing or not a string");
}

TEST_F(PairsFile, RefusesInvalidTokenIds) {
  const auto expect_refused_id = [&](const std::string& id) {
    expect_refused(R"({"reference_tokens": [1, )" + id + R"(], "counterfactual_tokens": [1]})",
                   "reference_tokens has " + id + ", which is not a token id");
  };
  expect_refused_id("-1");
  expect_refused_id("1.5");
  expect_refused_id("\"1\"");
  expect_refused_id("18446744073709551615");
  expect_refused(R"({"reference_tokens": [], "counterfactual_tokens": [1]})", "\"reference_tokens\" is missing, empty");
}

TEST_F(PairsFile, RefusesInvalidDialogues) {
  const auto expect_refused_messages = [&](const std::string& messages, const std::string& message) {
    expect_refused(R"({"reference": [)" + messages + R"(], "counterfactual": [{"role": "user", "content": "Q"}]})",
                   message);
  };
  expect_refused_messages("", "\"reference\" is missing, empty");
  expect_refused_messages("\"Q\"", "a message is not an object");
  expect_refused_messages(R"({"role": "human", "content": "Q"})", "unknown role \"human\"");
  expect_refused_messages(R"({"role": "user"})", "\"content\" is missing or not a string");
  expect_refused_messages(R"({"role": "user", "content": null})", "\"content\" is missing or not a string");
  expect_refused_messages(R"({"role": "user", "content": "Q", "name": "x"})", "unknown key \"name\"");
  expect_refused_messages(R"({"role": "assistant", "content": "A"})",
                          "reference has the assistant's message at place 1");
  expect_refused_messages(R"({"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"})",
                          "reference ends with the assistant's message");
}

TEST_F(PairsFile, RefusesARepeatedId) {
  expect_refused(R"({"id": "good", "reference_tokens": [1], "counterfactual_tokens": [1]})",
                 "line 1 has the same id \"good\"");
}

TEST_F(PairsFile, MustExistAndHaveAPair) {
  EXPECT_THAT([&] { read_pairs(folder_.path() / "none.jsonl"); },
              ThrowsMessage<UserError>(HasSubstr("none.jsonl: cannot be read (No such file or directory)")));
  EXPECT_THAT([&] { read(""); }, ThrowsMessage<UserError>(HasSubstr("the file has no pair")));
  EXPECT_THAT([&] { read("\n"); }, ThrowsMessage<UserError>(HasSubstr("the file has no pair")));
}

}  // namespace
}  // namespace pinpoint::datasets
