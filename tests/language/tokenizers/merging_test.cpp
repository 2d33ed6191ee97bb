#include "language/tokenizers/merging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "system/base/random.h"

namespace pinpoint::tokenizers {
namespace {

using testing::ElementsAre;
using Symbols = std::vector<Symbol>;

constexpr Symbol a = 0, b = 1, c = 2;

Symbols merged(Symbols symbols, const MergeTable& table) {
  symbols.resize(merge(symbols, table));
  return symbols;
}

/// The definition: find the leftmost merge of the lowest rank, apply it, repeat.
Symbols merged_literally(Symbols symbols, const MergeTable& table) {
  while (true) {
    std::size_t best = 0;
    MergeTable::Found found;
    for (std::size_t at = 0; at + 1 < symbols.size(); ++at) {
      const auto here = table.find(symbols[at], symbols[at + 1]);
      if (here.rank < found.rank) best = at, found = here;
    }
    if (found.rank == MergeTable::never) return symbols;
    symbols[best] = found.result;
    symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
}

TEST(MergeTable, FindsOnlyTheMergesGiven) {
  std::vector<Merge> merges;
  for (Symbol i = 0; i < 1000; ++i) merges.push_back({i, 7 * i, 10000 + i, i});
  merges.push_back({1, 7, 5, 3});  // the last one counts
  const MergeTable table(merges);
  EXPECT_EQ(table.find(2, 14).result, 10002u);
  EXPECT_EQ(table.find(2, 14).rank, 2u);
  EXPECT_EQ(table.find(0, 0).result, 10000u);
  EXPECT_EQ(table.find(1, 7).result, 5u);
  EXPECT_EQ(table.find(14, 2).rank, MergeTable::never);
  EXPECT_EQ(MergeTable({}).find(0, 0).rank, MergeTable::never);
}

TEST(Merging, TakesTheLowestRankFirstAndOfEqualRanksTheLeftmost) {
  // ab -> 3, bc -> 4, aa -> 5
  const MergeTable table({{a, b, 3, 1}, {b, c, 4, 0}, {a, a, 5, 2}});
  EXPECT_THAT(merged({a, b, c}, table), ElementsAre(a, 4));
  EXPECT_THAT(merged({a, b, b, c}, table), ElementsAre(3, 4));
  EXPECT_THAT(merged({a, a, a}, table), ElementsAre(5, a));
  EXPECT_THAT(merged({c, b, a}, table), ElementsAre(c, b, a));
  EXPECT_THAT(merged({}, table), ElementsAre());
  EXPECT_THAT(merged({b}, table), ElementsAre(b));
}

TEST(Merging, MergesMergedSymbols) {
  const MergeTable table({{a, b, 3, 0}, {3, 3, 4, 1}, {4, c, 5, 2}});
  EXPECT_THAT(merged({a, b, a, b, c}, table), ElementsAre(5));
}

/// Random merges of two earlier symbols, which give long chains. Ranks are shuffled, and some are equal.
MergeTable random_table(Random& random) {
  std::vector<Merge> merges;
  for (Symbol result = 4; result < 60; ++result)
    merges.push_back({static_cast<Symbol>(random.below(std::min<Symbol>(result, 12))),
                      static_cast<Symbol>(random.below(std::min<Symbol>(result, 12))), result,
                      static_cast<std::uint32_t>(random.below(40))});
  return MergeTable(merges);
}

TEST(Merging, BothAlgorithmsAgreeWithTheDefinition) {
  Random random(3, "merging");
  int merges = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    const MergeTable table = random_table(random);
    Symbols symbols(random.below(trial % 10 == 0 ? 200 : longest_short + 1));
    for (Symbol& symbol : symbols) symbol = static_cast<Symbol>(random.below(4));
    const Symbols expected = merged_literally(symbols, table);
    merges += static_cast<int>(symbols.size() - expected.size());
    Symbols by_heap = symbols;
    by_heap.resize(merge_long(by_heap, table));
    EXPECT_EQ(by_heap, expected);
    EXPECT_EQ(merged(symbols, table), expected);
    if (symbols.size() > longest_short) continue;
    symbols.resize(merge_short(symbols, table));
    EXPECT_EQ(symbols, expected);
  }
  EXPECT_GT(merges, 3000);
}

TEST(Merging, OfAMillionSymbolsNeedsNoSearchPerMerge) {
  // Half a million merges in a million symbols would take an hour with one search each.
  const MergeTable table({{a, b, 3, 0}});
  Symbols symbols(1'000'000);
  for (std::size_t i = 0; i < symbols.size(); ++i) symbols[i] = i % 2 == 0 ? a : b;
  EXPECT_EQ(merged(symbols, table), Symbols(500'000, 3));
}

}  // namespace
}  // namespace pinpoint::tokenizers
