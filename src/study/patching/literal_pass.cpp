#include "study/patching/literal_pass.h"

namespace pinpoint::patching {

LiteralPass::LiteralPass(const transformer::Transformer& transformer, const dialogue::TokenPair& pair, HeadId head,
                         transformer::Activations activations)
    : transformer_(transformer), head_(head), activations_(activations), tokens_(pair.reference),
      stack_(transformer.stack({{.rows = static_cast<std::int64_t>(pair.reference.size())}})) {}

void LiteralPass::advance(std::int64_t layer, const transformer::LayerWeights& weights,
                          const at::Tensor& attention_input, const at::Tensor& counterfactual,
                          transformer::Operations& operations) {
  const std::int64_t width = transformer_.config().head_width, first = head_.head * width;
  const auto patch = [&](transformer::HookPoint point, at::Tensor& activation) {
    if (point.site == transformer::Site::head_output && layer == head_.layer)
      activation[-1].narrow(0, first, width).copy_(counterfactual.narrow(0, first, width));
    if (point.site == transformer::Site::attention_input && layer > head_.layer) activation[-1].copy_(attention_input);
  };
  transformer_.advance(layer, weights, residual_, stack_, patch,
                       {activations_, {&operations, {{transformer::Work::checks, residual_.size(0)}}}});
}

}  // namespace pinpoint::patching
