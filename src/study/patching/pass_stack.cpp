#include "study/patching/pass_stack.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include "study/patching/pass_positions.h"
#include "system/base/check.h"

namespace pinpoint::patching {
namespace {

using dialogue::TokenPair;
using transformer::Site;

/// Passes A and B of some samples: their stretches, their tokens, and the rows of their ENDs.
struct PromptRows {
  std::vector<transformer::Stretch> stretches;
  std::vector<std::int64_t> reference_end, counterfactual_end;
  text::TokenIds tokens;

  void add(const TokenPair& pair, const transformer::ModelConfig& config) {
    const auto last_row = [&] { return static_cast<std::int64_t>(tokens.size()) - 1; };
    const std::size_t reference = stretches.size();
    stretches.push_back({.rows = static_cast<std::int64_t>(pair.reference.size())});
    tokens.insert(tokens.end(), pair.reference.begin(), pair.reference.end());
    reference_end.push_back(last_row());

    const std::int64_t suffix = counterfactual_suffix(pair, config);
    if (suffix > 0) {
      const std::int64_t prefix = static_cast<std::int64_t>(pair.counterfactual.size()) - suffix;
      stretches.push_back({suffix, prefix, prefix > 0 ? std::optional(reference) : std::nullopt});
      tokens.insert(tokens.end(), pair.counterfactual.end() - suffix, pair.counterfactual.end());
    }
    counterfactual_end.push_back(last_row());
  }
};

PromptRows rows_of(const std::vector<TokenPair>& pairs, const parallel::Range& range,
                   const transformer::ModelConfig& config) {
  PromptRows rows;
  for (std::int64_t i = range.begin; i < range.end; ++i) rows.add(pairs[static_cast<std::size_t>(i)], config);
  return rows;
}

}  // namespace

PassStack::PassStack(const transformer::Transformer& transformer, const std::vector<TokenPair>& pairs,
                     const parallel::Range& range, transformer::Activations activations, transformer::Work work)
    : transformer_(transformer), activations_(activations), work_(work) {
  PromptRows rows = rows_of(pairs, range, transformer.config());
  tokens_ = std::move(rows.tokens);
  stack_ = transformer.stack(std::move(rows.stretches));
  const c10::Device device = transformer.store().options().device();
  reference_end_ = at::tensor(rows.reference_end).to(device);
  counterfactual_end_ = at::tensor(rows.counterfactual_end).to(device);
}

void PassStack::begin(const at::Tensor& residual) {
  PINPOINT_EXPECT(residual.size(0) == static_cast<std::int64_t>(tokens_.size()));
  residual_ = residual;
}

PassTrace PassStack::advance(std::int64_t layer, const transformer::LayerWeights& weights,
                             transformer::Operations& operations) {
  PassTrace trace;
  const auto observe = [&](transformer::HookPoint point, at::Tensor& activation) {
    const auto at_end = [&] { return activation.index_select(0, reference_end_); };
    switch (point.site) {
      case Site::attention_input: trace.attention_input = at_end(); break;
      case Site::head_output:
        trace.reference = at_end();
        trace.counterfactual = activation.index_select(0, counterfactual_end_);
        break;
      case Site::attention_output: trace.mid = reference_residual() + at_end(); break;
      case Site::gate: trace.gate = at_end(); break;
      case Site::up: trace.up = at_end(); break;
      case Site::mlp_output: break;
    }
  };
  transformer_.advance(layer, weights, residual_, stack_, observe,
                       {activations_, {&operations, {{work_, residual_.size(0)}}}});
  return trace;
}

at::Tensor PassStack::reference_residual() const { return residual_.index_select(0, reference_end_); }

PassTrace concatenate(const std::vector<PassTrace>& traces) {
  const auto all = [&](at::Tensor PassTrace::*member) {
    std::vector<at::Tensor> parts;
    for (const PassTrace& trace : traces) parts.push_back(trace.*member);
    return at::cat(parts);
  };
  return {all(&PassTrace::attention_input),
          all(&PassTrace::reference),
          all(&PassTrace::counterfactual),
          all(&PassTrace::mid),
          all(&PassTrace::gate),
          all(&PassTrace::up)};
}

}  // namespace pinpoint::patching
