#include "app/demo/world.h"

#include <gtest/gtest.h>

#include <set>

namespace pinpoint::demo {
namespace {

TEST(Vocabulary, Has94WordsTheSpecialOnesFirst) {
  EXPECT_EQ(vocabulary().size(), 94);
  EXPECT_EQ(std::set<std::string>(vocabulary().begin(), vocabulary().end()).size(), 94);
  EXPECT_EQ(vocabulary()[end_of_turn], "</s>");
  EXPECT_EQ(vocabulary()[user_turn], "<u>");
  EXPECT_EQ(vocabulary()[assistant_turn], "<a>");
  EXPECT_EQ(vocabulary()[special_words], "what");
  EXPECT_EQ(ids_of("</s> what  is"), (std::vector<std::int64_t>{2, 5, 6}));
}

TEST(World, HoldsEveryFactOnceInDisjointParts) {
  const World world(7);
  EXPECT_EQ(world.evaluation.size(), 32);
  EXPECT_EQ(world.sweep.size(), 24);
  EXPECT_EQ(world.knockout.size(), 16);
  EXPECT_EQ(world.tuning.size(), 24);
  std::set<std::pair<std::int64_t, std::int64_t>> asked;
  std::set<std::int64_t> named;
  for (const Fact& fact : world.all()) {
    asked.insert({fact.relation, fact.entity});
    named.insert(fact.value);
    EXPECT_LT(fact.relation, relations);
    EXPECT_LT(fact.entity, entities);
  }
  EXPECT_EQ(asked.size(), 96);
  EXPECT_EQ(named, (std::set<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(World, DependsOnItsSeed) {
  const auto first_values = [](std::uint64_t seed) {
    std::vector<std::int64_t> all;
    for (const Fact& fact : World(seed).evaluation) all.push_back(fact.value);
    return all;
  };
  EXPECT_EQ(first_values(1), first_values(1));
  EXPECT_NE(first_values(1), first_values(2));
}

}  // namespace
}  // namespace pinpoint::demo
