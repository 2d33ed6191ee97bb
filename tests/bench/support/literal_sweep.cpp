#include "bench/support/literal_sweep.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include "model/transformer/for_each_layer.h"
#include "study/patching/literal_pass.h"

namespace pinpoint::bench {

LiteralSweep::LiteralSweep(const transformer::Transformer& transformer, const dialogue::TokenPair& pair)
    : transformer_(transformer), pair_(pair) {
  transformer::Operations operations;
  patching::PassStack passes(transformer, {pair}, {0, 1}, transformer::Activations::wide);
  passes.begin(transformer.embed(at::tensor(passes.tokens())));
  transformer::for_each_layer(transformer.store(), [&](std::int64_t layer, const transformer::LayerWeights& weights) {
    traces_.push_back(passes.advance(layer, weights, operations));
  });
}

at::Tensor LiteralSweep::patched(HeadId head, const std::vector<std::int64_t>& record_tokens) const {
  transformer::Operations operations;
  patching::LiteralPass pass(transformer_, pair_, head, transformer::Activations::wide);
  pass.begin(transformer_.embed(at::tensor(pass.tokens())));
  transformer::for_each_layer(transformer_.store(), [&](std::int64_t layer, const transformer::LayerWeights& weights) {
    const patching::PassTrace& trace = traces_[static_cast<std::size_t>(layer)];
    pass.advance(layer, weights, trace.attention_input[0], trace.counterfactual[0], operations);
  });
  const transformer::Readout end = transformer_.read_out(pass.residual(), record_tokens);
  return at::cat({end.logits[0], end.logsumexp});
}

}  // namespace pinpoint::bench
