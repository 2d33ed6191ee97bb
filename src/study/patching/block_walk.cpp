#include "study/patching/block_walk.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <memory>
#include <numeric>

#include "model/transformer/layer_size.h"
#include "model/transformer/product.h"
#include "model/transformer/widened_layer.h"
#include "study/patching/literal_checks.h"
#include "study/patching/pass_stack.h"
#include "study/patching/rows.h"
#include "study/patching/walk_results.h"
#include "system/base/check.h"
#include "system/parallel/row_exchange.h"

namespace pinpoint::patching {
namespace {

using transformer::Work;

class Walk {
 public:
  Walk(const transformer::Transformer& transformer, const std::vector<dialogue::TokenPair>& pairs, const Block& block,
       const WalkSettings& settings, const parallel::Communicator& world, transformer::Operations& operations);

  bool run(const WalkObserver& observer);
  effects::SweepRecord record();

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
  void embed();
  void advance(std::int64_t layer, const transformer::LayerWeights& weights);
  PassTrace no_trace(const transformer::LayerWeights& weights) const;
  at::Tensor reference_residual() const;
  at::Tensor read_passes(const transformer::VocabularyTile& tile, std::vector<transformer::ReadoutSum>& sums);
  double cost_until(std::int64_t layer) const;

  const transformer::Transformer& transformer_;
  const transformer::ModelConfig& config_;
  const std::vector<dialogue::TokenPair>& pairs_;
  const Block& block_;
  const WalkSettings& settings_;
  parallel::Communicator world_;
  transformer::Operations& operations_;
  transformer::Activations activations_;  // of the passes
  bool widens_layers_;

  std::vector<std::int64_t> samples_;  // [N] the block's samples, as indices in `pairs_`
  std::vector<GroupPlace> groups_;
  std::optional<parallel::RowExchange> sample_exchange_;
  std::vector<PassStack> stacks_;  // of the samples sample_exchange_->mine(), in that order
  LiteralChecks checks_;
  std::unique_ptr<Rows> rows_;
};

Walk::Walk(const transformer::Transformer& transformer, const std::vector<dialogue::TokenPair>& pairs,
           const Block& block, const WalkSettings& settings, const parallel::Communicator& world,
           transformer::Operations& operations)
    : transformer_(transformer), config_(transformer.config()), pairs_(pairs), block_(block), settings_(settings),
      world_(world), operations_(operations),
      activations_(activations_of_passes(settings.arithmetic,
                                         transformer::accurate_activations(transformer.store().options().device()))),
      widens_layers_(settings.arithmetic == Arithmetic::float32 && transformer::is_widened_whole(config_) &&
                     transformer.store().options().dtype() == at::kBFloat16),
      checks_(transformer, settings.arithmetic) {
  cut_groups();
  deal_passes();
  rows_ = make_rows({transformer_, groups_, *sample_exchange_, world_, operations_, activations_}, settings.arithmetic);
  embed();
}

/// All prompts of this rank at once, because ranks that share the weights look their rows up together.
void Walk::embed() {
  text::TokenIds tokens;
  for (const std::int64_t sample : samples_)
    tokens.push_back(pairs_[static_cast<std::size_t>(sample)].reference.back());
  for (const PassStack& stack : stacks_) tokens.insert(tokens.end(), stack.tokens().begin(), stack.tokens().end());
  checks_.add_tokens(tokens);

  const at::Tensor rows = transformer_.embed(at::tensor(tokens));  // [tokens, d]
  std::int64_t begin = 0;
  const auto next = [&](std::size_t count) {
    const at::Tensor part = rows.narrow(0, begin, static_cast<std::int64_t>(count)).clone();
    begin += part.size(0);
    return part;
  };
  rows_->begin(next(samples_.size()));
  for (PassStack& stack : stacks_) stack.begin(next(stack.tokens().size()));
  checks_.begin(next);
}

void Walk::cut_groups() {
  for (const parallel::Range& range : block_.groups) {
    const std::int64_t null_rows = settings_.arithmetic == Arithmetic::difference ? 0 : range.size();
    groups_.push_back({static_cast<std::int64_t>(samples_.size()),
                       {range.size(), config_.layers, config_.heads, settings_.tile_rows, null_rows}});
    for (std::int64_t sample = range.begin; sample < range.end; ++sample) samples_.push_back(sample);
  }
}

/// The heads of every sample of the block that exact_check asks for.
std::vector<std::vector<HeadId>> Walk::checks_of_samples() const {
  std::vector<std::vector<HeadId>> checks(samples_.size());
  for (const effects::ExactCheck& check : settings_.checks) {
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
  std::int64_t positions = 0;
  for (std::size_t i = place.first; i < place.first + static_cast<std::size_t>(place.samples.size()); ++i) {
    const dialogue::TokenPair& pair = pairs_[static_cast<std::size_t>(samples_[i])];
    positions += pass_positions(pair, config_) + checks_.positions(pair, checks[i].size());
  }
  return static_cast<double>(positions);
}

/// Makes a stack this rank's. `mine`: samples that it has already.
void Walk::take(const StackPlace& place, const std::vector<std::vector<HeadId>>& checks, std::int64_t mine) {
  stacks_.emplace_back(transformer_, pairs_, place.samples, activations_);
  for (std::int64_t i = 0; i < place.samples.size(); ++i) {
    const std::size_t sample = place.first + static_cast<std::size_t>(i);
    checks_.add(static_cast<std::int64_t>(sample), mine + i, pairs_, samples_[sample], checks[sample]);
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
  transformer::WeightStore& store = transformer_.store();
  for (std::int64_t layer = 0; layer < config_.layers; ++layer) {
    const transformer::Lease<transformer::LayerWeights> weights = store.lease_layer(layer);
    if (layer + 1 < config_.layers) store.prefetch_layer(layer + 1);
    advance(layer, widens_layers_ ? transformer::widened(*weights) : *weights);
    if (observer.on_progress) observer.on_progress(cost_until(layer + 1) / cost_until(config_.layers));
    const bool is_last = layer + 1 == config_.layers;  // what is nearly done is not given up
    if (!is_last && observer.stop && observer.stop()) return false;
  }
  return true;
}

void Walk::advance(std::int64_t layer, const transformer::LayerWeights& weights) {
  std::vector<PassTrace> traces{no_trace(weights)};
  for (PassStack& stack : stacks_) traces.push_back(stack.advance(layer, weights, operations_));
  const PassTrace mine = concatenate(traces);
  checks_.advance(layer, weights, mine, operations_);
  rows_->advance(layer, weights, mine);
}

/// That of no samples: what a rank has that runs no passes.
PassTrace Walk::no_trace(const transformer::LayerWeights& weights) const {
  const at::ScalarType type = transformer::Products{activations_}.input_type(weights.gate);
  const auto none = [&](std::int64_t width, at::ScalarType of) {
    return at::empty({0, width}, weights.gate.options().dtype(of));
  };
  return {none(config_.width, type),       none(config_.heads_width(), type), none(config_.heads_width(), type),
          none(config_.width, at::kFloat), none(config_.mlp_width, type),     none(config_.mlp_width, type)};
}

/// Pass A's of this rank's samples at END, [mine, d].
at::Tensor Walk::reference_residual() const {
  std::vector<at::Tensor> residuals{at::empty({0, config_.width}, transformer_.store().options().dtype(at::kFloat))};
  for (const PassStack& stack : stacks_) residuals.push_back(stack.reference_residual());
  return at::cat(residuals);
}

/// Pass A's logits of this rank's samples, [mine, v], added to `sums`, one a stack.
at::Tensor Walk::read_passes(const transformer::VocabularyTile& tile, std::vector<transformer::ReadoutSum>& sums) {
  std::vector<at::Tensor> logits{at::empty({0, tile.wide.size(0)}, tile.wide.options())};
  for (std::size_t s = 0; s < stacks_.size(); ++s) {
    const transformer::Tally tally{&operations_, {{Work::pass_a_logits, stacks_[s].samples()}}};
    logits.push_back(transformer_.logits_of_tile(stacks_[s].reference_residual(), tile, tally));
    sums[s].add(logits.back(), tile.first);
    transformer_.store().make_progress();
  }
  return at::cat(logits);
}

effects::SweepRecord Walk::record() {
  const std::vector<std::int64_t>& tokens = settings_.record_tokens;
  const at::Tensor residual = reference_residual();
  std::vector<transformer::ReadoutSum> sums;
  for (const PassStack& stack : stacks_) sums.emplace_back(stack.samples(), tokens, residual.options());
  rows_->begin_read_out(residual, tokens);
  checks_.begin_read_out(tokens);
  transformer_.for_each_vocabulary_tile([&](const transformer::VocabularyTile& tile) {
    rows_->read(tile, read_passes(tile, sums));
    checks_.read(tile, operations_);
  });

  WalkResults results(world_, static_cast<std::int64_t>(tokens.size()), config_.layers, config_.heads);
  std::size_t mine = 0;
  for (std::size_t s = 0; s < stacks_.size(); ++s) {
    results.add_pass_a(sample_exchange_->mine()[mine], sums[s].finish());
    mine += static_cast<std::size_t>(stacks_[s].samples());
  }
  rows_->report(results);
  checks_.report(results);
  results.gather();
  if (!world_.is_root()) return {};
  return results.assemble(pairs_, samples_, groups_, rows_->differs());
}

}  // namespace

std::int64_t Block::samples() const {
  return std::accumulate(groups.begin(), groups.end(), std::int64_t{0},
                         [](std::int64_t sum, const parallel::Range& group) { return sum + group.size(); });
}

std::optional<effects::SweepRecord> walk(const transformer::Transformer& transformer,
                                         const std::vector<dialogue::TokenPair>& pairs, const Block& block,
                                         const WalkSettings& settings, const parallel::Communicator& world,
                                         const WalkObserver& observer, transformer::Operations& operations) {
  Walk walk(transformer, pairs, block, settings, world, operations);
  if (!walk.run(observer)) return std::nullopt;
  return walk.record();
}

}  // namespace pinpoint::patching
