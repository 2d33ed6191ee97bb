#include "patching/sample_passes.h"

#include <ATen/ops/tensor.h>

#include <algorithm>

#include "base/check.h"

namespace pinpoint::patching {
namespace {

using model::HookPoint;
using model::Site;
using model::Work;

at::Tensor end_of(const at::Tensor& activation) { return activation[-1].clone(); }

model::Tally tally(model::Operations& operations, Work work, const at::Tensor& x) {
  return {&operations, {{work, x.size(0)}}};
}

}  // namespace

std::int64_t counterfactual_suffix(const dialogue::TokenPair& pair) {
  if (pair.reference == pair.counterfactual) return 0;
  const auto [in_reference, in_counterfactual] = std::mismatch(pair.reference.begin(), pair.reference.end(),
                                                               pair.counterfactual.begin(), pair.counterfactual.end());
  return std::max<std::int64_t>(1, pair.counterfactual.end() - in_counterfactual);
}

SamplePasses::SamplePasses(const model::Transformer& transformer, const dialogue::TokenPair& pair,
                           std::vector<HeadId> checks)
    : transformer_(transformer), reference_(transformer.embed(at::tensor(pair.reference))), checks_(std::move(checks)) {
  if (const std::int64_t suffix = counterfactual_suffix(pair); suffix > 0) {
    prefix_ = static_cast<std::int64_t>(pair.counterfactual.size()) - suffix;
    counterfactual_ = transformer.embed(at::tensor(pair.counterfactual).narrow(0, prefix_, suffix));
  }
  for (std::size_t i = 0; i < checks_.size(); ++i) literal_.push_back(reference_.clone());
}

LayerTrace SamplePasses::advance(std::int64_t layer, const model::LayerWeights& weights,
                                 model::Operations& operations) {
  LayerTrace trace;
  at::Tensor reference_input;  // [d] what enters A's attention at END
  const auto observe_a = [&](HookPoint point, at::Tensor& activation) {
    if (point.site == Site::attention_input) reference_input = end_of(activation);
    if (point.site == Site::head_output) trace.reference = end_of(activation);
  };
  const auto observe_b = [&](HookPoint point, at::Tensor& activation) {
    if (point.site == Site::head_output) trace.counterfactual = end_of(activation);
  };

  const model::KeysValues memory =
      transformer_.advance(layer, weights, reference_, {}, observe_a, tally(operations, Work::passes, reference_));
  if (counterfactual_.defined()) {
    const model::KeysValues shared = memory.first(prefix_);
    transformer_.advance(layer, weights, counterfactual_, {prefix_, prefix_ > 0 ? &shared : nullptr}, observe_b,
                         tally(operations, Work::passes, counterfactual_));
  } else {
    trace.counterfactual = trace.reference;
  }
  for (std::size_t i = 0; i < checks_.size(); ++i) advance_check(i, layer, weights, reference_input, trace, operations);
  return trace;
}

void SamplePasses::advance_check(std::size_t check, std::int64_t layer, const model::LayerWeights& weights,
                                 const at::Tensor& reference_input, const LayerTrace& trace,
                                 model::Operations& operations) {
  const HeadId head = checks_[check];
  const std::int64_t width = transformer_.config().head_width;
  const auto patch = [&](HookPoint point, at::Tensor& activation) {
    if (point.site == Site::head_output && layer == head.layer)
      activation[-1]
          .narrow(0, head.head * width, width)
          .copy_(trace.counterfactual.narrow(0, head.head * width, width));
    if (point.site == Site::attention_input && layer > head.layer) activation[-1].copy_(reference_input);
  };
  transformer_.advance(layer, weights, literal_[check], {}, patch, tally(operations, Work::checks, literal_[check]));
}

at::Tensor SamplePasses::reference_end() const { return reference_.narrow(0, reference_.size(0) - 1, 1); }

at::Tensor SamplePasses::check_end(std::size_t check) const {
  return literal_[check].narrow(0, literal_[check].size(0) - 1, 1);
}

}  // namespace pinpoint::patching
