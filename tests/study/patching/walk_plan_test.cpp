#include "study/patching/walk_plan.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "study/patching/pass_positions.h"
#include "study/patching/sample_sets.h"
#include "support/random_model.h"

namespace pinpoint::patching {
namespace {

using dialogue::TokenPair;
using parallel::Range;
using testing::ElementsAre;
using testing::IsEmpty;
using transformer::ModelConfig;

/// 3 layers, 2 heads.
ModelConfig model() {
  ModelConfig config = test::small_llama();
  config.heads = config.kv_heads = 2;
  config.head_width = 16;
  return config;
}

/// A pair with T + Ts = positions. The counterfactual differs in its last token only.
TokenPair pair_of(std::int64_t positions) {
  TokenPair pair;
  for (std::int64_t id = 1; id < positions; ++id) pair.reference.push_back(id);
  pair.counterfactual = pair.reference;
  pair.counterfactual.back() = 0;
  return pair;
}

std::vector<TokenPair> pairs_of(const std::vector<std::int64_t>& positions) {
  std::vector<TokenPair> pairs;
  for (const std::int64_t count : positions) pairs.push_back(pair_of(count));
  return pairs;
}

/// Samples 2 and 3, then 6, of eight.
const std::vector<TokenPair> pairs = pairs_of({5, 6, 13, 11, 7, 8, 9, 10});
const Block block{{{2, 4}, {6, 7}}};
const WalkSettings settings{.record_tokens = {0}, .tile_rows = 4, .pass_rows = 1, .checks = {}};

effects::ExactCheck check(std::int64_t sample, std::int64_t layer, std::int64_t head) {
  return {.sample = sample, .layer = layer, .head = head};
}

TEST(WalkPlan, ListsTheSamplesOfTheBlockAndPlacesItsSets) {
  const WalkPlan plan = plan_walk(model(), pairs, block, settings, 2);
  EXPECT_THAT(plan.samples, ElementsAre(2, 3, 6));
  ASSERT_EQ(plan.sets.size(), 2u);
  EXPECT_EQ(plan.sets[0].first, 0);
  EXPECT_EQ(plan.sets[0].layout.rows(), 2 + 2 * 3 * 2);  // null rows, then samples * layers * heads
  EXPECT_EQ(plan.sets[1].first, 2);
  EXPECT_EQ(plan.sets[1].layout.rows(), 1 + 3 * 2);
}

TEST(WalkPlan, HasNoNullRowsWhereRowsAreDifferences) {
  WalkSettings differences = settings;
  differences.arithmetic = Arithmetic::difference;
  const WalkPlan plan = plan_walk(model(), pairs, block, differences, 2);
  for (const SetPlace& set : plan.sets) EXPECT_EQ(set.layout.null_rows, 0);
}

TEST(WalkPlan, PutsEverySampleIntoOneStackOfOneRank) {
  const std::vector<TokenPair> many = pairs_of(std::vector<std::int64_t>(20, 7));
  for (const std::int64_t pass_rows : {1, 10, 1000})
    for (const int ranks : {1, 2, 3, 5, 100}) {
      WalkSettings some = settings;
      some.pass_rows = pass_rows;
      const WalkPlan plan = plan_walk(model(), many, {cut_sample_sets(20, 3)}, some, ranks);
      std::vector<std::int64_t> in_stacks;
      for (const StackPlace& stack : plan.stacks) {
        EXPECT_EQ(stack.first, std::ssize(in_stacks));
        EXPECT_TRUE(0 <= stack.owner && stack.owner < ranks);
        for (std::int64_t sample = stack.samples.begin; sample < stack.samples.end; ++sample)
          in_stacks.push_back(sample);
      }
      EXPECT_EQ(in_stacks, plan.samples);
      const std::vector<int> owners = plan.pass_owners();
      ASSERT_EQ(owners.size(), plan.samples.size());
      for (const StackPlace& stack : plan.stacks)
        for (std::int64_t i = 0; i < stack.samples.size(); ++i)
          EXPECT_EQ(owners[static_cast<std::size_t>(stack.first + i)], stack.owner);
    }
}

TEST(WalkPlan, CutsTheSameStacksForAnyNumberOfRanksAndAnyOtherSetsOfTheBlock) {
  WalkSettings stacked = settings;
  stacked.pass_rows = 20;
  const auto stacks = [&](const Block& of, int ranks) {
    std::vector<std::pair<std::int64_t, std::int64_t>> cut;
    for (const StackPlace& stack : plan_walk(model(), pairs, of, stacked, ranks).stacks)
      cut.emplace_back(stack.samples.begin, stack.samples.end);
    return cut;
  };
  using Cut = std::pair<std::int64_t, std::int64_t>;
  EXPECT_THAT(stacks({{{0, 4}, {4, 8}}}, 1), ElementsAre(Cut{0, 3}, Cut{3, 4}, Cut{4, 7}, Cut{7, 8}));
  EXPECT_THAT(stacks({{{0, 4}, {4, 8}}}, 3), ElementsAre(Cut{0, 3}, Cut{3, 4}, Cut{4, 7}, Cut{7, 8}));
  EXPECT_THAT(stacks({{{4, 8}}}, 3), ElementsAre(Cut{4, 7}, Cut{7, 8}));
}

TEST(WalkPlan, BalancesTheRanksByPositions) {
  std::vector<std::int64_t> lengths;
  for (std::int64_t i = 0; i < 40; ++i) lengths.push_back(5 + i * 7 % 31);
  const std::vector<TokenPair> many = pairs_of(lengths);
  WalkSettings stacked = settings;
  for (const std::int64_t pass_rows : {1, 30})
    for (const int ranks : {2, 3, 5}) {
      stacked.pass_rows = pass_rows;
      std::vector<std::int64_t> sums(static_cast<std::size_t>(ranks));
      for (const StackPlace& stack : plan_walk(model(), many, {cut_sample_sets(40, 4)}, stacked, ranks).stacks)
        sums[static_cast<std::size_t>(stack.owner)] += stack.positions;
      const auto [least, most] = std::ranges::minmax(sums);
      EXPECT_LE(most - least, pass_rows - 1 + 35) << ranks;  // the longest stack
      EXPECT_EQ(std::accumulate(sums.begin(), sums.end(), std::int64_t{0}),
                std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0}));
    }
}

TEST(WalkPlan, FindsTheChecksOfItsSamplesAndCountsTheirPositions) {
  WalkSettings checked = settings;
  checked.checks = {check(1, 0, 0), check(2, 2, 1), check(6, 0, 1), check(6, 1, 0), check(7, 0, 0)};
  WalkPlan plan = plan_walk(model(), pairs, block, checked, 1);
  EXPECT_THAT(plan.checks, ElementsAre(ElementsAre(HeadId{2, 1}), IsEmpty(), ElementsAre(HeadId{0, 1}, HeadId{1, 0})));
  const auto positions = [&] {
    std::vector<std::int64_t> all;
    for (const StackPlace& stack : plan.stacks) all.push_back(stack.positions);
    return all;
  };
  // T + Ts, and T once more for each check.
  EXPECT_THAT(positions(), ElementsAre(13 + 12, 11, 9 + 2 * 8));
  // In bf16 a checked sample also gets accurate passes A and B.
  checked.arithmetic = Arithmetic::bf16;
  plan = plan_walk(model(), pairs, block, checked, 1);
  EXPECT_THAT(positions(), ElementsAre(13 + 12 + 13, 11, 9 + 2 * 8 + 9));
}

std::vector<std::tuple<std::size_t, std::int64_t, int>> tiles_of(int ranks) {
  std::vector<std::tuple<std::size_t, std::int64_t, int>> tiles;
  for (const TilePlace& tile : plan_walk(model(), pairs, block, settings, ranks).tiles)
    tiles.emplace_back(tile.set, tile.tile, tile.owner);
  return tiles;
}

TEST(WalkPlan, DealsTilesInOrderOfJoiningForthAndBackOverTheRanks) {
  using T = std::tuple<std::size_t, std::int64_t, int>;
  // 14 and 7 rows in tiles of 4. First layers: set 0 -1, 0, 1, 2; set 1 -1 and 1.
  EXPECT_THAT(tiles_of(2), ElementsAre(T{0, 0, 0}, T{1, 0, 1}, T{0, 1, 1}, T{0, 2, 0}, T{1, 1, 0}, T{0, 3, 1}));
}

TEST(WalkPlan, GivesEveryTileToOneRank) {
  for (const int ranks : {1, 2, 3, 5, 100}) {
    std::map<std::pair<std::size_t, std::int64_t>, int> times;
    for (const auto& [set, tile, owner] : tiles_of(ranks)) {
      ++times[{set, tile}];
      EXPECT_TRUE(0 <= owner && owner < ranks);
    }
    EXPECT_EQ(times.size(), 6u);
    for (const auto& [tile, count] : times) EXPECT_EQ(count, 1);
  }
}

TEST(WalkPlan, GivesANullRowToTheOwnerOfItsTile) {
  WalkSettings small_tiles = settings;
  small_tiles.tile_rows = 1;
  // Three tiles of one null row join first, and are dealt 0 1 2.
  EXPECT_THAT(plan_walk(model(), pairs, block, small_tiles, 3).null_row_owners(), ElementsAre(0, 1, 2));
  EXPECT_THAT(plan_walk(model(), pairs, block, settings, 3).null_row_owners(), ElementsAre(0, 0, 1));
}

TEST(WalkPlan, CountsOperationsByTheLayersBefore) {
  const WalkPlan plan = plan_walk(model(), pairs, block, settings, 2);
  const LayerCost cost = layer_cost(model(), 13 + 11 + 9);
  EXPECT_EQ(plan.operations_before(0), 0);
  EXPECT_EQ(plan.operations_before(1), cost.passes + 6 * cost.row);
  EXPECT_EQ(plan.operations_before(3), 3 * cost.passes + (6 + 12 + 18) * cost.row);
}

TEST(Stacks, HoldAsManySamplesAsFillThem) {
  const std::vector<TokenPair> five = pairs_of({13, 11, 13, 7, 13});
  const auto cut = [&](Range set, std::int64_t least_rows) { return cut_stacks(five, set, least_rows, model()); };
  EXPECT_THAT(cut({0, 5}, 24), ElementsAre(Range{0, 2}, Range{2, 5}));
  EXPECT_THAT(cut({0, 5}, 25), ElementsAre(Range{0, 3}, Range{3, 5}));
  EXPECT_THAT(cut({1, 3}, 1), ElementsAre(Range{1, 2}, Range{2, 3}));
}

}  // namespace
}  // namespace pinpoint::patching
