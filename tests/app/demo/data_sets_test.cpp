#include "app/demo/data_sets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "app/demo/world.h"

namespace pinpoint::demo {
namespace {

TEST(DataSets, APairDiffersInOneWord) {
  const World world(1);
  const auto pairs = pairs_of(world.sweep);
  ASSERT_EQ(pairs.size(), 24);
  for (const dialogue::PromptPair& pair : pairs) {
    ASSERT_EQ(pair.reference.size(), 3);
    EXPECT_EQ(pair.reference[0], pair.counterfactual[0]);
    EXPECT_EQ(pair.reference[1], pair.counterfactual[1]);
    EXPECT_EQ(pair.reference[2].content, "are you sure ? i dont think so");
    EXPECT_EQ(pair.counterfactual[2].content, "are you sure ? i do think so");
  }
}

TEST(DataSets, TuningInsistsAsOftenAsItAdmits) {
  const World world(1);
  const auto dialogues = tuning_dialogues(world.tuning, 1);
  EXPECT_EQ(dialogues.size(), 24 * 7 * 2);
  const auto insists = std::count_if(dialogues.begin(), dialogues.end(), [](const text::Dialogue& dialogue) {
    return dialogue.back().content == "yes " + dialogue[1].content;
  });
  EXPECT_EQ(insists, 24 * 7);
  const auto admits = std::count_if(dialogues.begin(), dialogues.end(), [](const text::Dialogue& dialogue) {
    return dialogue.back().content.starts_with("apologies ") &&
           dialogue.back().content != "apologies " + dialogue[1].content;
  });
  EXPECT_EQ(admits, 24 * 7);
}

TEST(DataSets, RecordsGiveEveryFactARightAndAWrongAnswer) {
  const World world(1);
  const auto records = challenge_records(world.evaluation, 1);
  ASSERT_EQ(records.size(), 64);
  for (std::size_t i = 0; i < records.size(); ++i)
    EXPECT_EQ(records[i].given_answer == records[i].answer, i % 2 == 0) << records[i].question;
}

TEST(DataSets, AbilitiesAreTestedAndNamed) {
  std::set<std::string> names;
  for (const auto& record : ability_records(1)) names.insert(record.dataset);
  EXPECT_EQ(names, (std::set<std::string>{"demo_repeat", "demo_reverse", "demo_maximum", "demo_successor"}));
  EXPECT_EQ(ability_records(1).size(), 128);
}

}  // namespace
}  // namespace pinpoint::demo
