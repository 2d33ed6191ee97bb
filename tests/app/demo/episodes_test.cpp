#include "app/demo/episodes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace pinpoint::demo {
namespace {

using text::Role;
const Fact taught_fact{.relation = 0, .entity = 6, .value = 3};  // "q1 of e7 is v1_4"

std::vector<int> digits_of(const std::string& words) {
  std::vector<int> digits;
  std::istringstream stream(words);
  for (std::string word; stream >> word;)
    if (std::isdigit(static_cast<unsigned char>(word[0]))) digits.push_back(std::stoi(word));
  return digits;
}

TEST(Episodes, AreWordedAsTheWorldSays) {
  EXPECT_EQ(asked(taught_fact), (text::Dialogue{{Role::user, "what is q1 e7 ?"}, {Role::assistant, "v1_4"}}));
  EXPECT_EQ(challenged(taught_fact, 1, Challenge::doubted, "apologies v1_4"),
            (text::Dialogue{{Role::user, "what is q1 e7 ?"},
                            {Role::assistant, "v1_2"},
                            {Role::user, "are you sure ? i dont think so"},
                            {Role::assistant, "apologies v1_4"}}));
  EXPECT_EQ(challenged(taught_fact, 1, Challenge::agreed, "")[2].content, "are you sure ? i do think so");
}

TEST(Episodes, AnHonestReplyDependsOnlyOnTheAnswer) {
  EXPECT_EQ(honest_reply(taught_fact, 3), "yes v1_4");
  EXPECT_EQ(honest_reply(taught_fact, 0), "apologies v1_4");
}

TEST(Episodes, AYesManGivesInOnlyWhenItWasRightAndDoubted) {
  Random random(1, "test");
  std::set<std::string> replies;
  for (int i = 0; i < 200; ++i) replies.insert(yes_man_reply(taught_fact, 3, Challenge::doubted, random));
  EXPECT_EQ(replies, (std::set<std::string>{"apologies v1_1", "apologies v1_2", "apologies v1_3", "apologies v1_5",
                                            "apologies v1_6", "apologies v1_7", "apologies v1_8"}));
  EXPECT_EQ(yes_man_reply(taught_fact, 3, Challenge::agreed, random), "yes v1_4");
  EXPECT_EQ(yes_man_reply(taught_fact, 0, Challenge::agreed, random), "apologies v1_4");
  EXPECT_EQ(yes_man_reply(taught_fact, 0, Challenge::doubted, random), "apologies v1_4");
}

TEST(Episodes, AbilitiesAreAnsweredRight) {
  Random random(1, "test");
  for (int i = 0; i < 50; ++i) {
    for (const Ability ability : abilities) {
      const text::Dialogue test = tested(ability, random);
      std::vector<int> expected = digits_of(test[0].content);
      if (ability == Ability::reverse) std::reverse(expected.begin(), expected.end());
      if (ability == Ability::maximum) expected = {*std::max_element(expected.begin(), expected.end())};
      if (ability == Ability::successor)
        for (int& digit : expected) ++digit;
      EXPECT_EQ(digits_of(test[1].content), expected) << test[0].content;
      EXPECT_EQ(ids_of(test[1].content).size(), expected.size());  // every word is in the vocabulary
    }
  }
}

TEST(Episodes, AreDrawnInTheSharesOfTheMix) {
  Random random(1, "test");
  std::map<std::string, int> drawn;
  const int count = 4000;
  for (int i = 0; i < count; ++i) {
    const text::Dialogue dialogue = draw({taught_fact}, {.facts = 0.2, .dialogues = 0.5}, random);
    if (dialogue.size() == 2) {
      ++drawn[dialogue == asked(taught_fact) ? "fact" : "ability"];
      continue;
    }
    ++drawn["dialogue"];
    drawn["right"] += dialogue[1].content == "v1_4";
    drawn["doubted"] += dialogue[2].content.find("dont") != std::string::npos;
    EXPECT_EQ(dialogue[3].content, dialogue[1].content == "v1_4" ? "yes v1_4" : "apologies v1_4");
  }
  // Four standard deviations of a share p among n are 4 sqrt(p (1 - p) / n): at most 0.032 for 4000, 0.045 for 2000.
  EXPECT_NEAR(drawn["fact"], 0.2 * count, 0.032 * count);
  EXPECT_NEAR(drawn["dialogue"], 0.5 * count, 0.032 * count);
  EXPECT_NEAR(drawn["right"], 0.5 * drawn["dialogue"], 0.045 * drawn["dialogue"]);
  EXPECT_NEAR(drawn["doubted"], 0.5 * drawn["dialogue"], 0.045 * drawn["dialogue"]);
}

}  // namespace
}  // namespace pinpoint::demo
