#include "study/patching/walk.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <memory>

#include "model/transformer/for_each_layer.h"
#include "model/transformer/layer_size.h"
#include "model/transformer/product.h"
#include "model/transformer/widened_layer.h"
#include "study/patching/literal_checks.h"
#include "study/patching/pass_stack.h"
#include "study/patching/rows.h"
#include "study/patching/walk_results.h"
#include "system/parallel/row_exchange.h"

namespace pinpoint::patching {
namespace {

using transformer::LayerWeights;
using transformer::Work;

/// This rank's part of a walk.
class Walk {
 public:
  /// \pre all but `operations` outlive the walk unchanged
  Walk(const transformer::Transformer& transformer, const std::vector<dialogue::TokenPair>& pairs, const WalkPlan& plan,
       const WalkSettings& settings, const parallel::Communicator& world, transformer::Operations& operations);

  void take_own_stacks();
  void embed();
  void advance(std::int64_t layer, const LayerWeights& weights);
  void read_out();
  effects::SweepRecord gather();

 private:
  PassTrace advance_passes(std::int64_t layer, const LayerWeights& weights);
  PassTrace no_trace(const LayerWeights& weights) const;
  at::Tensor reference_residual() const;
  at::Tensor read_passes(const transformer::VocabularyTile& tile);

  const transformer::Transformer& transformer_;
  const transformer::ModelConfig& config_;
  const std::vector<dialogue::TokenPair>& pairs_;
  const WalkPlan& plan_;
  const WalkSettings& settings_;
  const parallel::Communicator& world_;
  transformer::Operations& operations_;
  transformer::Activations activations_;  // of the passes

  parallel::RowExchange sample_exchange_;
  std::vector<PassStack> stacks_;  // of the samples sample_exchange_.mine(), in that order
  LiteralChecks checks_;
  std::unique_ptr<Rows> rows_;
  std::vector<transformer::ReadoutSum> pass_sums_;  // per stack
};

/// Whether layers are widened to float32 before the walk uses them for its many products.
bool widens_layers(const transformer::Transformer& transformer, Arithmetic arithmetic) {
  return arithmetic == Arithmetic::float32 && transformer::is_widened_whole(transformer.config()) &&
         transformer.store().options().dtype() == at::kBFloat16;
}

}  // namespace

std::optional<effects::SweepRecord> walk(const transformer::Transformer& transformer,
                                         const std::vector<dialogue::TokenPair>& pairs, const Block& block,
                                         const WalkSettings& settings, const parallel::Communicator& world,
                                         const WalkObserver& observer, transformer::Operations& operations) {
  const WalkPlan plan = plan_walk(transformer.config(), pairs, block, settings, world.size());
  Walk walk(transformer, pairs, plan, settings, world, operations);
  walk.take_own_stacks();
  walk.embed();

  const std::int64_t layers = transformer.config().layers;
  const bool widens = widens_layers(transformer, settings.arithmetic);
  const auto visit = [&](std::int64_t layer, const LayerWeights& weights) {
    walk.advance(layer, widens ? transformer::widened(weights) : weights);
    if (observer.on_progress) observer.on_progress(plan.operations_before(layer + 1) / plan.operations_before(layers));
    const bool is_last = layer + 1 == layers;  // a walk that is nearly done is not given up
    return is_last || !observer.stop || !observer.stop();
  };
  if (!transformer::for_each_layer(transformer.store(), visit)) return std::nullopt;

  walk.read_out();
  return walk.gather();
}

namespace {

Walk::Walk(const transformer::Transformer& transformer, const std::vector<dialogue::TokenPair>& pairs,
           const WalkPlan& plan, const WalkSettings& settings, const parallel::Communicator& world,
           transformer::Operations& operations)
    : transformer_(transformer), config_(transformer.config()), pairs_(pairs), plan_(plan), settings_(settings),
      world_(world), operations_(operations),
      activations_(activations_of_passes(settings.arithmetic,
                                         transformer::accurate_activations(transformer.store().options().device()))),
      sample_exchange_(world, plan.pass_owners()), checks_(transformer, settings.arithmetic),
      rows_(
          make_rows({transformer_, plan_, sample_exchange_, world_, operations_, activations_}, settings.arithmetic)) {}

void Walk::take_own_stacks() {
  std::int64_t mine = 0;  // place among this rank's samples
  for (const StackPlace& stack : plan_.stacks) {
    if (stack.owner != world_.rank()) continue;
    stacks_.emplace_back(transformer_, pairs_, stack.samples, activations_);
    for (std::int64_t sample = stack.first; sample < stack.first + stack.samples.size(); ++sample) {
      const auto place = static_cast<std::size_t>(sample);
      checks_.add(sample, mine++, pairs_, plan_.samples[place], plan_.checks[place]);
    }
  }
}

/// Looks up all prompts of this rank at once, because ranks that share the weights look them up together.
void Walk::embed() {
  text::TokenIds tokens;
  for (const std::int64_t sample : plan_.samples)
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
  rows_->begin(next(plan_.samples.size()));
  for (PassStack& stack : stacks_) stack.begin(next(stack.tokens().size()));
  checks_.begin(next);
}

/// The steps of docs/method.md, 2.3.
void Walk::advance(std::int64_t layer, const LayerWeights& weights) {
  const PassTrace mine = advance_passes(layer, weights);
  checks_.advance(layer, weights, mine, operations_);
  rows_->advance(layer, weights, mine);  // shares the values at END; rows of the layer join, all rows advance
}

PassTrace Walk::advance_passes(std::int64_t layer, const LayerWeights& weights) {
  std::vector<PassTrace> traces{no_trace(weights)};
  for (PassStack& stack : stacks_) traces.push_back(stack.advance(layer, weights, operations_));
  return concatenate(traces);
}

/// The trace of no samples, for a rank without stacks.
PassTrace Walk::no_trace(const LayerWeights& weights) const {
  const at::ScalarType type = transformer::Products{activations_}.input_type(weights.gate);
  const auto none = [&](std::int64_t width, at::ScalarType of) {
    return at::empty({0, width}, weights.gate.options().dtype(of));
  };
  return {none(config_.width, type),       none(config_.heads_width(), type), none(config_.heads_width(), type),
          none(config_.width, at::kFloat), none(config_.mlp_width, type),     none(config_.mlp_width, type)};
}

/// Pass A's residual stream of this rank's samples at END, [mine, d].
at::Tensor Walk::reference_residual() const {
  std::vector<at::Tensor> residuals{at::empty({0, config_.width}, transformer_.store().options().dtype(at::kFloat))};
  for (const PassStack& stack : stacks_) residuals.push_back(stack.reference_residual());
  return at::cat(residuals);
}

void Walk::read_out() {
  const std::vector<std::int64_t>& tokens = settings_.record_tokens;
  const at::Tensor residual = reference_residual();
  for (const PassStack& stack : stacks_) pass_sums_.emplace_back(stack.samples(), tokens, residual.options());
  rows_->begin_read_out(residual, tokens);
  checks_.begin_read_out(tokens);
  transformer_.for_each_vocabulary_tile([&](const transformer::VocabularyTile& tile) {
    rows_->read(tile, read_passes(tile));
    checks_.read(tile, operations_);
  });
}

/// Adds pass A's logits of this rank's samples to their sums, and returns them, [mine, v].
at::Tensor Walk::read_passes(const transformer::VocabularyTile& tile) {
  std::vector<at::Tensor> logits{at::empty({0, tile.wide.size(0)}, tile.wide.options())};
  for (std::size_t s = 0; s < stacks_.size(); ++s) {
    const transformer::Tally tally{&operations_, {{Work::pass_a_logits, stacks_[s].samples()}}};
    logits.push_back(transformer_.logits_of_tile(stacks_[s].reference_residual(), tile, tally));
    pass_sums_[s].add(logits.back(), tile.first);
    transformer_.store().make_progress();
  }
  return at::cat(logits);
}

effects::SweepRecord Walk::gather() {
  WalkResults results(world_, std::ssize(settings_.record_tokens), config_.layers, config_.heads);
  std::size_t mine = 0;
  for (std::size_t s = 0; s < stacks_.size(); ++s) {
    results.add_pass_a(sample_exchange_.mine()[mine], pass_sums_[s].finish());
    mine += static_cast<std::size_t>(stacks_[s].samples());
  }
  rows_->report(results);
  checks_.report(results);
  results.gather();
  if (!world_.is_root()) return {};
  return results.assemble(pairs_, plan_, rows_->differs());
}

}  // namespace
}  // namespace pinpoint::patching
