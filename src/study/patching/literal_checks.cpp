#include "study/patching/literal_checks.h"

#include "model/transformer/product.h"

namespace pinpoint::patching {

using transformer::Work;

LiteralChecks::LiteralChecks(const transformer::Transformer& transformer, Arithmetic arithmetic)
    : transformer_(transformer),
      activations_(
          activations_of_checks(arithmetic, transformer::accurate_activations(transformer.store().options().device()))),
      needs_own_passes_(needs_accurate_passes(arithmetic)) {}

void LiteralChecks::add(std::int64_t sample, std::int64_t mine, const std::vector<dialogue::TokenPair>& pairs,
                        std::int64_t index, const std::vector<HeadId>& heads) {
  if (heads.empty()) return;
  Checked& checked = checked_.emplace_back(Checked{sample, mine, {}, {}, {}});
  if (needs_own_passes_)
    checked.passes.emplace(transformer_, pairs, parallel::Range{index, index + 1}, activations_, Work::checks);
  for (const HeadId head : heads)
    checked.literal.emplace_back(transformer_, pairs[static_cast<std::size_t>(index)], head, activations_);
}

void LiteralChecks::add_tokens(text::TokenIds& tokens) const {
  const auto add = [&](const text::TokenIds& more) { tokens.insert(tokens.end(), more.begin(), more.end()); };
  for (const Checked& checked : checked_) {
    if (checked.passes) add(checked.passes->tokens());
    for (const LiteralPass& pass : checked.literal) add(pass.tokens());
  }
}

void LiteralChecks::begin(const std::function<at::Tensor(std::size_t)>& next) {
  for (Checked& checked : checked_) {
    if (checked.passes) checked.passes->begin(next(checked.passes->tokens().size()));
    for (LiteralPass& pass : checked.literal) pass.begin(next(pass.tokens().size()));
  }
}

void LiteralChecks::advance(std::int64_t layer, const transformer::LayerWeights& weights, const PassTrace& mine,
                            transformer::Operations& operations) {
  for (Checked& checked : checked_) {
    at::Tensor input = mine.attention_input, counterfactual = mine.counterfactual;
    std::int64_t place = checked.mine;
    if (checked.passes) {
      const PassTrace own = checked.passes->advance(layer, weights, operations);
      input = own.attention_input;
      counterfactual = own.counterfactual;
      place = 0;
    }
    for (LiteralPass& pass : checked.literal)
      pass.advance(layer, weights, input[place], counterfactual[place], operations);
  }
}

void LiteralChecks::begin_read_out(const std::vector<std::int64_t>& tokens) {
  const at::TensorOptions wide = transformer_.store().options().dtype(at::kFloat);
  for (Checked& checked : checked_)
    for (std::size_t i = 0; i < checked.literal.size() + (checked.passes ? 1 : 0); ++i)
      checked.sums.emplace_back(1, tokens, wide);
}

void LiteralChecks::read(const transformer::VocabularyTile& tile, transformer::Operations& operations) {
  const transformer::Tally tally{&operations, {{Work::checks, 1}}};
  for (Checked& checked : checked_) {
    auto sum = checked.sums.begin();
    for (const LiteralPass& pass : checked.literal)
      (sum++)->add(transformer_.logits_of_tile(pass.residual(), tile, tally), tile.first);
    if (checked.passes)
      sum->add(transformer_.logits_of_tile(checked.passes->reference_residual(), tile, tally), tile.first);
    transformer_.store().make_progress();
  }
}

void LiteralChecks::report(WalkResults& results) const {
  for (const Checked& checked : checked_) {
    auto sum = checked.sums.begin();
    for (const LiteralPass& pass : checked.literal) results.add_check(checked.sample, pass.head(), (sum++)->finish());
    if (checked.passes) results.add_check_default(checked.sample, sum->finish());
  }
}

}  // namespace pinpoint::patching
