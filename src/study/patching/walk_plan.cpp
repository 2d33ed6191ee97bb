#include "study/patching/walk_plan.h"

#include <algorithm>
#include <numeric>

#include "model/transformer/layer_size.h"
#include "study/patching/pass_positions.h"
#include "system/base/check.h"

namespace pinpoint::patching {
namespace {

using dialogue::TokenPair;
using parallel::Range;
using transformer::ModelConfig;

std::vector<std::int64_t> samples_of(const Block& block) {
  std::vector<std::int64_t> samples;
  for (const Range& set : block.sets)
    for (std::int64_t sample = set.begin; sample < set.end; ++sample) samples.push_back(sample);
  return samples;
}

/// The heads of each sample that the sweep's checks ask for.
std::vector<std::vector<HeadId>> checks_of(const std::vector<std::int64_t>& samples,
                                           const std::vector<effects::ExactCheck>& asked) {
  std::vector<std::vector<HeadId>> checks(samples.size());
  for (const effects::ExactCheck& check : asked) {
    const auto place = std::lower_bound(samples.begin(), samples.end(), check.sample);
    if (place != samples.end() && *place == check.sample)
      checks[static_cast<std::size_t>(place - samples.begin())].push_back({check.layer, check.head});
  }
  return checks;
}

std::vector<SetPlace> sets_of(const Block& block, const ModelConfig& config, const WalkSettings& settings) {
  std::vector<SetPlace> sets;
  std::int64_t first = 0;
  for (const Range& set : block.sets) {
    const std::int64_t null_rows = settings.arithmetic == Arithmetic::difference ? 0 : set.size();
    sets.push_back({first, {set.size(), config.layers, config.heads, settings.tile_rows, null_rows}});
    first += set.size();
  }
  return sets;
}

/// Positions that the passes and literal passes of a sample take through every layer.
std::int64_t positions_of(const TokenPair& pair, std::size_t checks, const ModelConfig& config, Arithmetic arithmetic) {
  const std::int64_t passes = pass_positions(pair, config);
  if (checks == 0) return passes;
  const std::int64_t accurate = needs_accurate_passes(arithmetic) ? passes : 0;
  return passes + accurate + static_cast<std::int64_t>(pair.reference.size() * checks);
}

std::vector<StackPlace> deal_stacks(const ModelConfig& config, const std::vector<TokenPair>& pairs, const Block& block,
                                    const WalkSettings& settings, const std::vector<std::vector<HeadId>>& checks,
                                    int ranks) {
  std::vector<StackPlace> stacks;
  std::vector<double> cost;
  std::size_t next = 0;  // sample of the block
  for (const Range& set : block.sets)
    for (const Range& samples : cut_stacks(pairs, set, settings.pass_rows, config)) {
      StackPlace stack{.samples = samples, .first = static_cast<std::int64_t>(next)};
      for (std::int64_t sample = samples.begin; sample < samples.end; ++sample)
        stack.positions +=
            positions_of(pairs[static_cast<std::size_t>(sample)], checks[next++].size(), config, settings.arithmetic);
      stacks.push_back(stack);
      cost.push_back(static_cast<double>(stack.positions));
    }
  const std::vector<int> owners = parallel::even_by_cost(cost, ranks);
  for (std::size_t s = 0; s < stacks.size(); ++s) stacks[s].owner = owners[s];
  return stacks;
}

/// Tiles in order of joining, dealt forth and back over the ranks: a tile costs the more, the earlier it joins.
std::vector<TilePlace> deal_tiles(const std::vector<SetPlace>& sets, int ranks) {
  std::vector<TilePlace> tiles;
  for (std::size_t set = 0; set < sets.size(); ++set)
    for (std::int64_t tile = 0; tile < sets[set].layout.tiles(); ++tile) tiles.push_back({set, tile, 0});
  std::ranges::stable_sort(tiles, {}, [&](const TilePlace& t) { return sets[t.set].layout.first_layer(t.tile); });
  for (std::size_t i = 0; i < tiles.size(); ++i)
    tiles[i].owner = parallel::snake_owner(static_cast<std::int64_t>(i), ranks);
  return tiles;
}

}  // namespace

LayerCost layer_cost(const transformer::ModelConfig& config, std::int64_t positions) {
  return {.passes = 2 * static_cast<double>(positions) * transformer::layer_parameters(config),
          .row = 2 * transformer::mlp_parameters(config)};
}

std::int64_t Block::samples() const {
  return std::accumulate(sets.begin(), sets.end(), std::int64_t{0},
                         [](std::int64_t sum, const Range& set) { return sum + set.size(); });
}

WalkPlan plan_walk(const ModelConfig& config, const std::vector<TokenPair>& pairs, const Block& block,
                   const WalkSettings& settings, int ranks) {
  WalkPlan plan;
  plan.samples = samples_of(block);
  plan.checks = checks_of(plan.samples, settings.checks);
  plan.sets = sets_of(block, config, settings);
  plan.stacks = deal_stacks(config, pairs, block, settings, plan.checks, ranks);
  plan.tiles = deal_tiles(plan.sets, ranks);
  std::int64_t positions = 0;
  for (const std::int64_t sample : plan.samples)
    positions += pass_positions(pairs[static_cast<std::size_t>(sample)], config);
  plan.cost = layer_cost(config, positions);
  plan.rows_per_layer = std::ssize(plan.samples) * config.heads;
  return plan;
}

std::vector<int> WalkPlan::pass_owners() const {
  std::vector<int> owners;
  for (const StackPlace& stack : stacks)
    owners.insert(owners.end(), static_cast<std::size_t>(stack.samples.size()), stack.owner);
  return owners;
}

std::vector<int> WalkPlan::null_row_owners() const {
  std::vector<int> owners(samples.size());
  for (const auto& [s, t, owner] : tiles) {
    const SetPlace& set = sets[s];
    PINPOINT_EXPECT(set.layout.null_rows == set.layout.samples);
    const Range rows = set.layout.tile(t);
    for (std::int64_t row = rows.begin; row < std::min(rows.end, set.layout.null_rows); ++row)
      owners[static_cast<std::size_t>(set.first + row)] = owner;
  }
  return owners;
}

double WalkPlan::operations_before(std::int64_t layer) const {
  const auto n = static_cast<double>(layer);
  return n * cost.passes + n * (n + 1) / 2 * static_cast<double>(rows_per_layer) * cost.row;
}

std::vector<Range> cut_stacks(const std::vector<TokenPair>& pairs, const Range& set, std::int64_t least_rows,
                              const transformer::ModelConfig& config) {
  std::vector<Range> stacks;
  std::int64_t rows = least_rows;  // of the last stack
  for (std::int64_t i = set.begin; i < set.end; ++i) {
    if (stacks.empty() || rows >= least_rows) {
      stacks.push_back({i, i});
      rows = 0;
    }
    stacks.back().end = i + 1;
    rows += pass_positions(pairs[static_cast<std::size_t>(i)], config);
  }
  return stacks;
}

}  // namespace pinpoint::patching
