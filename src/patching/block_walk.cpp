#include "patching/block_walk.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <numeric>

#include "base/check.h"
#include "parallel/collectives.h"
#include "parallel/row_exchange.h"
#include "patching/literal_pass.h"
#include "patching/pass_stack.h"
#include "patching/row_tile.h"
#include "patching/walk_results.h"

namespace pinpoint::patching {
namespace {

using model::Work;

/// A group's place in the block and this rank's tiles of it.
struct Group {
  std::int64_t first = 0;  ///< its first sample, counted within the block
  RowLayout layout;
  std::vector<RowTile> tiles;
};

class Walk {
 public:
  Walk(const model::Transformer& transformer, const std::vector<dialogue::TokenPair>& pairs, const Block& block,
       const WalkSettings& settings, const parallel::Communicator& world, model::Operations& operations);

  bool run(const WalkObserver& observer);
  SweepRecord record();

 private:
  void cut_groups();
  void deal_passes();
  std::vector<std::vector<HeadId>> checks_of_samples() const;
  struct StackPlace {
    parallel::Range samples;  // as indices in `pairs_`
    std::size_t first;        // place of the first one in `samples_`
  };
  std::vector<StackPlace> cut_block() const;
  double cost_of(const StackPlace& place, const std::vector<std::vector<HeadId>>& checks) const;
  void take(const StackPlace& place, const std::vector<std::vector<HeadId>>& checks, std::int64_t mine);
  void deal_tiles();
  void embed();
  void advance(std::int64_t layer, const model::LayerWeights& weights);
  /// This rank's samples advanced by a layer, and what all samples leave there: z_A, z_c [N, H*e], W_o z_A [N, d].
  struct Traces {
    at::Tensor reference, counterfactual, attention;
  };
  Traces advance_passes(std::int64_t layer, const model::LayerWeights& weights);
  at::Tensor attention_of_mine(const model::LayerWeights& weights, const at::Tensor& z);
  at::Tensor share_null_rows();
  double cost_until(std::int64_t layer) const;

  const model::Transformer& transformer_;
  const model::ModelConfig& config_;
  const std::vector<dialogue::TokenPair>& pairs_;
  const Block& block_;
  const WalkSettings& settings_;
  parallel::Communicator world_;
  model::Operations& operations_;

  std::vector<std::int64_t> samples_;  // [N] the block's samples, as indices in `pairs_`
  std::vector<Group> groups_;
  std::optional<parallel::RowExchange> sample_exchange_, null_exchange_;
  std::vector<PassStack> stacks_;  // of the samples sample_exchange_->mine(), in that order
  struct Check {
    std::int64_t sample;  // counted within the block
    std::int64_t mine;    // its place among this rank's samples
    LiteralPass pass;
  };
  std::vector<Check> checks_;
  at::Tensor null_residual_;                // [N, d] before the layer to come
  std::vector<std::vector<bool>> differs_;  // per layer [N * H], in order of the block
};

Walk::Walk(const model::Transformer& transformer, const std::vector<dialogue::TokenPair>& pairs, const Block& block,
           const WalkSettings& settings, const parallel::Communicator& world, model::Operations& operations)
    : transformer_(transformer), config_(transformer.config()), pairs_(pairs), block_(block), settings_(settings),
      world_(world), operations_(operations) {
  cut_groups();
  deal_passes();
  deal_tiles();
  embed();
}

/// All prompts of this rank at once, because ranks that share the weights look their rows up together.
void Walk::embed() {
  text::TokenIds tokens;
  const auto add = [&](const text::TokenIds& more) { tokens.insert(tokens.end(), more.begin(), more.end()); };
  for (const std::int64_t sample : samples_)
    tokens.push_back(pairs_[static_cast<std::size_t>(sample)].reference.back());
  for (const PassStack& stack : stacks_) add(stack.tokens());
  for (const Check& check : checks_) add(check.pass.tokens());

  const at::Tensor rows = transformer_.embed(at::tensor(tokens));  // [tokens, d]
  std::int64_t begin = 0;
  const auto next = [&](std::size_t count) {
    const at::Tensor part = rows.narrow(0, begin, static_cast<std::int64_t>(count)).clone();
    begin += part.size(0);
    return part;
  };
  null_residual_ = next(samples_.size());
  for (PassStack& stack : stacks_) stack.begin(next(stack.tokens().size()));
  for (Check& check : checks_) check.pass.begin(next(check.pass.tokens().size()));
}

void Walk::cut_groups() {
  for (const parallel::Range& range : block_.groups) {
    groups_.push_back({static_cast<std::int64_t>(samples_.size()),
                       {range.size(), config_.layers, config_.heads, settings_.tile_rows},
                       {}});
    for (std::int64_t sample = range.begin; sample < range.end; ++sample) samples_.push_back(sample);
  }
}

/// The heads of every sample of the block that exact_check asks for.
std::vector<std::vector<HeadId>> Walk::checks_of_samples() const {
  std::vector<std::vector<HeadId>> checks(samples_.size());
  for (const ExactCheck& check : settings_.checks) {
    const auto place = std::lower_bound(samples_.begin(), samples_.end(), check.sample);
    if (place != samples_.end() && *place == check.sample)
      checks[static_cast<std::size_t>(place - samples_.begin())].push_back({check.layer, check.head});
  }
  return checks;
}

std::vector<Walk::StackPlace> Walk::cut_block() const {
  std::vector<StackPlace> places;
  std::size_t first = 0;
  for (const parallel::Range& group : block_.groups)
    for (const parallel::Range& stack : cut_stacks(pairs_, group, settings_.pass_rows, config_)) {
      places.push_back({stack, first});
      first += static_cast<std::size_t>(stack.size());
    }
  return places;
}

/// Positions that a stack takes through every layer, its literal passes included.
double Walk::cost_of(const StackPlace& place, const std::vector<std::vector<HeadId>>& checks) const {
  double positions = 0;
  for (std::size_t i = place.first; i < place.first + static_cast<std::size_t>(place.samples.size()); ++i) {
    const dialogue::TokenPair& pair = pairs_[static_cast<std::size_t>(samples_[i])];
    positions += static_cast<double>(pass_positions(pair, config_)) +
                 static_cast<double>(pair.reference.size() * checks[i].size());
  }
  return positions;
}

/// Makes a stack this rank's. `mine`: samples that it has already.
void Walk::take(const StackPlace& place, const std::vector<std::vector<HeadId>>& checks, std::int64_t mine) {
  stacks_.emplace_back(transformer_, pairs_, place.samples);
  for (std::int64_t i = 0; i < place.samples.size(); ++i) {
    const std::size_t sample = place.first + static_cast<std::size_t>(i);
    for (const HeadId head : checks[sample])
      checks_.push_back({static_cast<std::int64_t>(sample), mine + i,
                         LiteralPass(transformer_, pairs_[static_cast<std::size_t>(samples_[sample])], head)});
  }
}

/// Passes are divided by stacks of samples, weighed by their positions.
void Walk::deal_passes() {
  const std::vector<std::vector<HeadId>> checks = checks_of_samples();
  const std::vector<StackPlace> places = cut_block();
  std::vector<double> cost;
  for (const StackPlace& place : places) cost.push_back(cost_of(place, checks));
  const std::vector<int> owner_of_stack = parallel::even_by_cost(cost, world_.size());

  std::vector<int> owner;
  std::int64_t mine = 0;
  for (std::size_t s = 0; s < places.size(); ++s) {
    const std::int64_t count = places[s].samples.size();
    owner.insert(owner.end(), static_cast<std::size_t>(count), owner_of_stack[s]);
    if (owner_of_stack[s] != world_.rank()) continue;
    take(places[s], checks, mine);
    mine += count;
  }
  sample_exchange_.emplace(world_, owner);
}

/// Tiles of all groups in order of joining are dealt in turn, so that every rank has as many at every layer.
void Walk::deal_tiles() {
  struct Tile {
    std::int64_t first_layer;
    std::size_t group;
    std::int64_t tile;
  };
  std::vector<Tile> tiles;
  for (std::size_t g = 0; g < groups_.size(); ++g)
    for (std::int64_t t = 0; t < groups_[g].layout.tiles(); ++t)
      tiles.push_back({groups_[g].layout.first_layer(t), g, t});
  std::stable_sort(tiles.begin(), tiles.end(),
                   [](const Tile& a, const Tile& b) { return a.first_layer < b.first_layer; });

  std::vector<int> null_owner(samples_.size());
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    Group& group = groups_[tiles[i].group];
    const int owner = parallel::snake_owner(static_cast<std::int64_t>(i), world_.size());
    const parallel::Range rows = group.layout.tile(tiles[i].tile);
    for (std::int64_t row = rows.begin; row < std::min(rows.end, group.layout.samples); ++row)
      null_owner[static_cast<std::size_t>(group.first + row)] = owner;
    if (owner == world_.rank()) group.tiles.emplace_back(group.layout, tiles[i].tile);
  }
  for (Group& group : groups_)
    std::sort(group.tiles.begin(), group.tiles.end(),
              [](const RowTile& a, const RowTile& b) { return a.rows().begin < b.rows().begin; });
  null_exchange_.emplace(world_, null_owner);
}

double Walk::cost_until(std::int64_t layer) const {
  std::int64_t positions = 0;
  for (const std::int64_t sample : samples_)
    positions += pass_positions(pairs_[static_cast<std::size_t>(sample)], config_);
  const LayerCost cost = layer_cost(config_, positions);
  const auto n = static_cast<double>(layer);
  const auto rows_a_layer = static_cast<double>(static_cast<std::int64_t>(samples_.size()) * config_.heads);
  return n * cost.passes + n * (n + 1) / 2 * rows_a_layer * cost.row;
}

bool Walk::run(const WalkObserver& observer) {
  model::WeightStore& store = transformer_.store();
  for (std::int64_t layer = 0; layer < config_.layers; ++layer) {
    const model::Lease<model::LayerWeights> weights = store.lease_layer(layer);
    if (layer + 1 < config_.layers) store.prefetch_layer(layer + 1);
    advance(layer, *weights);
    if (observer.on_progress) observer.on_progress(cost_until(layer + 1) / cost_until(config_.layers));
    const bool is_last = layer + 1 == config_.layers;  // what is nearly done is not given up
    if (!is_last && observer.stop && observer.stop()) return false;
  }
  return true;
}

void Walk::advance(std::int64_t layer, const model::LayerWeights& weights) {
  const Traces traces = advance_passes(layer, weights);
  const std::int64_t all = static_cast<std::int64_t>(samples_.size());
  const at::Tensor differs = (traces.reference != traces.counterfactual)
                                 .view({all * config_.heads, config_.head_width})
                                 .any(1)
                                 .cpu();  // [N * H]
  const bool* flags = differs.data_ptr<bool>();
  differs_.emplace_back(flags, flags + differs.numel());

  for (Group& group : groups_) {
    const std::int64_t first = group.first, count = group.layout.samples;
    const auto begin = differs_.back().begin() + first * config_.heads;
    const GroupTrace trace{.reference = traces.reference.narrow(0, first, count),
                           .counterfactual = traces.counterfactual.narrow(0, first, count),
                           .attention = traces.attention.narrow(0, first, count),
                           .null_residual = null_residual_.narrow(0, first, count),
                           .differs = {begin, begin + count * config_.heads}};
    for (RowTile& tile : group.tiles) tile.advance(layer, weights, transformer_, trace, operations_);
  }
  null_residual_ = share_null_rows();
}

Walk::Traces Walk::advance_passes(std::int64_t layer, const model::LayerWeights& weights) {
  const at::Tensor none = at::empty({0, config_.heads_width()}, transformer_.store().options());
  std::vector<at::Tensor> inputs{at::empty({0, config_.width}, none.options())}, reference{none}, counterfactual{none};
  for (PassStack& stack : stacks_) {
    const PassTrace trace = stack.advance(layer, weights, operations_);
    inputs.push_back(trace.attention_input);
    reference.push_back(trace.reference);
    counterfactual.push_back(trace.counterfactual);
  }
  const at::Tensor z = at::cat(reference), z_c = at::cat(counterfactual), input = at::cat(inputs);  // [mine, ..]
  for (Check& check : checks_) check.pass.advance(layer, weights, input[check.mine], z_c[check.mine], operations_);
  return {.reference = sample_exchange_->share(z),
          .counterfactual = sample_exchange_->share(z_c),
          .attention = sample_exchange_->share(attention_of_mine(weights, z))};
}

/// W_o z_A of this rank's samples, group by group.
at::Tensor Walk::attention_of_mine(const model::LayerWeights& weights, const at::Tensor& z) {
  const std::vector<std::int64_t>& mine = sample_exchange_->mine();
  std::vector<at::Tensor> parts{at::empty({0, config_.width}, z.options().dtype(at::kFloat))};
  std::size_t begin = 0;
  for (const Group& group : groups_) {
    std::vector<std::int64_t> in_group;
    while (begin + in_group.size() < mine.size() && mine[begin + in_group.size()] < group.first + group.layout.samples)
      in_group.push_back(mine[begin + in_group.size()] - group.first);
    const auto count = static_cast<std::int64_t>(in_group.size());
    parts.push_back(null_attention(weights, group.layout, in_group,
                                   z.narrow(0, static_cast<std::int64_t>(begin), count), operations_));
    begin += in_group.size();
  }
  return at::cat(parts);  // [mine, d]
}

at::Tensor Walk::share_null_rows() {
  std::vector<at::Tensor> mine{at::empty({0, config_.width}, null_residual_.options())};
  for (const Group& group : groups_)
    for (const RowTile& tile : group.tiles)
      if (tile.rows().begin < group.layout.samples) mine.push_back(tile.null_rows());
  return null_exchange_->share(at::cat(mine));
}

SweepRecord Walk::record() {
  std::vector<at::Tensor> residuals;
  std::vector<model::Tally> tallies;
  WalkResults results(world_);
  const std::int64_t rows_a_sample = 1 + config_.layers * config_.heads;
  for (const Group& group : groups_)
    for (const RowTile& tile : group.tiles) {
      if (!tile.is_live()) continue;
      residuals.push_back(tile.residual());
      tallies.push_back(tile.tally(operations_, Work::unembedding, Work::null_unembedding));
      results.expect(ReadoutOf::row, group.first * rows_a_sample + tile.rows().begin, tile.rows().size());
    }
  std::size_t mine = 0;
  for (const PassStack& stack : stacks_)
    for (std::int64_t i = 0; i < stack.samples(); ++i) {
      residuals.push_back(stack.reference_residual(i));
      tallies.push_back({&operations_, {{Work::pass_a_logits, 1}}});
      results.expect(ReadoutOf::pass_a, sample_exchange_->mine()[mine++]);
    }
  for (const Check& check : checks_) {
    residuals.push_back(check.pass.residual());
    tallies.push_back({&operations_, {{Work::checks, 1}}});
    const HeadId head = check.pass.head();
    results.expect(ReadoutOf::check, (check.sample * config_.layers + head.layer) * config_.heads + head.head);
  }
  results.gather(transformer_.read_out(residuals, settings_.record_tokens, tallies));
  if (!world_.is_root()) return {};

  std::vector<GroupPlace> places;
  for (const Group& group : groups_) places.push_back({group.first, group.layout});
  return results.assemble(pairs_, samples_, places, differs_);
}

}  // namespace

std::int64_t Block::samples() const {
  return std::accumulate(groups.begin(), groups.end(), std::int64_t{0},
                         [](std::int64_t sum, const parallel::Range& group) { return sum + group.size(); });
}

std::optional<SweepRecord> walk(const model::Transformer& transformer, const std::vector<dialogue::TokenPair>& pairs,
                                const Block& block, const WalkSettings& settings, const parallel::Communicator& world,
                                const WalkObserver& observer, model::Operations& operations) {
  Walk walk(transformer, pairs, block, settings, world, operations);
  if (!walk.run(observer)) return std::nullopt;
  return walk.record();
}

}  // namespace pinpoint::patching
